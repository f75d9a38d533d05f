"""What is wrong with a run file, said so that its author can put it right."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from scoring.records import dataclass, field

SHOWN_LINES = 10
MAX_PROBLEMS = 10_000_000  # a hostile file must not be read for hours


@dataclass(frozen=True)
class Sentence:
    """A text that keeps what it was made of, so that it can be said in another language.

    Attributes
    ----------
    template
        The text with names where its values stand, e.g. ``the file has %(n)s bytes``.
    values
        What stands there: numbers, words of the file, sentences. A number with a fraction is a score.
    """

    template: str
    values: Mapping[str, Union[str, int, float, "Sentence"]]

    def __str__(self) -> str:
        return self.template % {name: _written(value) for name, value in self.values.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as plain data."""
        return {
            "template": self.template,
            "values": {
                name: value.to_json() if isinstance(value, Sentence) else value
                for name, value in self.values.items()
            },
        }


def _written(value: str | float | Sentence) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def said(template: str, /, **values: str | float | Sentence) -> Sentence:
    """Return a sentence; all that differs from file to file is a value of it.

    Examples
    --------
    >>> print(said("line %(line)s has %(n)s columns", line=12_345, n="no"))
    line 12,345 has no columns
    """
    return Sentence(template, values)


@dataclass(frozen=True)
class Problem:
    """One kind of problem of a file, or one kind of warning.

    Attributes
    ----------
    kind
        Machine name of the kind, e.g. ``unknown_class``.
    sentence
        What was read first, and what would be right.
    lines
        The first ten lines concerned, the first line of a file being 1; empty where the whole
        file is.
    count
        How many there are in all.
    """

    kind: str
    sentence: Sentence
    lines: tuple[int, ...] = ()
    count: int = 1

    @property
    def message(self) -> str:
        """The sentence in English."""
        return str(self.sentence)

    def to_json(self) -> dict[str, Any]:
        """Return the problem as plain data."""
        return {
            "kind": self.kind,
            "message": self.message,
            **self.sentence.to_json(),
            "lines": list(self.lines),
            "count": self.count,
        }


class InvalidRun(ValueError):
    """A file that cannot be read as a run at all, e.g. because it cannot be unpacked.

    Attributes
    ----------
    problems
        At least one.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


class UnknownMetric(ValueError):
    """A name that is no metric's, or one that does not fit its task; the text says what would be right."""


class TooManyProblems(Exception):
    """Reading on would only cost time."""


@dataclass
class _Found:
    sentence: Sentence
    lines: list[int] = field(default_factory=list)
    count: int = 0


class Problems:
    """The problems of one file while it is read, grouped by kind as they come."""

    def __init__(self) -> None:
        self._found: dict[str, _Found] = {}
        self.total = 0

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, kind: str, line: int, sentence: Callable[[], Sentence]) -> None:
        """Count a problem of a line; the sentence of a kind is that of its first line."""
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = _Found(sentence())
        elif line < found.lines[0]:  # lines of one query may be judged when all are read
            found.sentence = sentence()
        found.count += 1
        is_shown = len(found.lines) < SHOWN_LINES or line < found.lines[-1]
        if is_shown and line not in found.lines:  # a list may hold several of a kind
            from bisect import insort  # noqa: PLC0415  # good files do without

            insort(found.lines, line)
            del found.lines[SHOWN_LINES:]
        self.total += 1

    def add_lines(
        self,
        kind: str,
        lines: Sequence[int],
        sentence: Callable[[], Sentence],
        *,
        count: int | None = None,
    ) -> None:
        """Count a problem of several lines, which come after all those of its kind so far.

        With a count, only the first ones of so many are given.
        """
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = _Found(sentence())
        number = len(lines) if count is None else count
        found.count += number
        found.lines += lines[: SHOWN_LINES - len(found.lines)]
        self.total += number

    def add_whole(self, *problems: Problem) -> None:
        """Add problems that concern the file, not a line."""
        for problem in problems:
            self._found[problem.kind] = _Found(problem.sentence, count=problem.count)

    def listed(self) -> tuple[Problem, ...]:
        """Return the problems found, a kind each, those of the first lines first."""
        listed = [Problem(k, f.sentence, tuple(f.lines), f.count) for k, f in self._found.items()]
        return tuple(sorted(listed, key=lambda problem: problem.lines or (0,)))

    def stop_if_hopeless(self, more: int = 0) -> None:
        """Refuse to read on where there are too many problems; `more` are counted elsewhere.

        Raises
        ------
        TooManyProblems
            After ten million of them.
        """
        if self.total + more > MAX_PROBLEMS:
            raise TooManyProblems


def shown(text: str, length: int = 60) -> str:
    r"""Return a text of a stranger as it may stand in a message: short, legible, in quotes.

    Examples
    --------
    >>> print(shown("1234"), shown("a" * 100, length=8), shown("tab\there"))
    '1234' 'aaaaaaaa...' 'tab\there'
    """
    return f"'{legible(text, length)}'"


def legible(text: str, length: int = 60) -> str:
    """Return the beginning of a text with what cannot be printed written out: NUL is no JSON."""
    cut = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:length]
    )
    return f"{cut}..." if len(text) > length else cut
