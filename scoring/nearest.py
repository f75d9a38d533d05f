"""The id that was meant, guessed from the ids there are."""

from collections.abc import Collection

from scoring.problems import Sentence, said, shown

_SHOWN_LENGTH = 100  # ids of strangers may be as long as a line
_ALIKE = 0.5


def nearest_id(word: str, known: Collection[str]) -> str | None:
    """Return the known id that differs least at one place, None where none is alike.

    How alike two ids are is the share of them that they have in common at their beginning and at
    their end: one pass over any number of ids.

    Examples
    --------
    >>> nearest_id("c39x", ["c38", "c39", "d39"])
    'c39'
    >>> nearest_id("zebra", ["c38", "c39"]) is None
    True
    """
    word = word[:_SHOWN_LENGTH]
    bare = _bare(word)
    if bare and (same := [other for other in known if _bare(other) == bare]):
        return min(same)
    likeness, nearest = min(((-_likeness(word, other), other) for other in known), default=(0, ""))
    return nearest if -likeness >= _ALIKE else None


def did_you_mean(word: str, known: Collection[str]) -> Sentence | str:
    """Return `` (did you mean 'x'?)`` for the nearest known id, or nothing."""
    nearest = nearest_id(word, known)
    if nearest is None:
        return ""
    return said(" (did you mean %(id)s?)", id=shown(nearest, _SHOWN_LENGTH))


def _bare(word: str) -> str:
    """Return an id without what people and spreadsheets add to one or take from it."""
    return word.strip().casefold().removesuffix(".0").removesuffix(".jpg").lstrip("0")


def _likeness(word: str, other: str) -> float:
    longest = max(len(word), len(other))
    if not longest:
        return 0.0
    common = _n_common(word, other)
    return (common + _n_common(word[common:][::-1], other[common:][::-1])) / longest


def _n_common(word: str, other: str) -> int:
    """Return how many characters two words have in common at their beginning."""
    for place, (one, two) in enumerate(zip(word, other, strict=False)):
        if one != two:
            return place
    return min(len(word), len(other))
