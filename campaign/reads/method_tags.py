"""The tags of method descriptions: what they count as, and how often runs have them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from campaign.models import CampaignRole, LeaderboardRow, TagMerge
from campaign.models.tags import key_of
from campaign.reads.boards import public_rows
from campaign.reads.visibility import Viewer
from scoring import METHOD_TAGS, broader_tags, canonical_tag

KINDS = tuple(METHOD_TAGS)
_TEXTS = tuple(TagMerge.Kind.values)


@dataclass(frozen=True)
class TagReader:
    """Tells what a tag counts as: by the vocabulary, then by what organisers merged.

    Whatever counts methods reads them by this, and nothing else: then a merge shows everywhere.
    """

    merges: Mapping[tuple[str, str], str]

    @classmethod
    def now(cls) -> Self:
        """Return the one that holds now, in one query."""
        rows = TagMerge.objects.values_list("kind", "key", "into")
        return cls({(kind, key): into for kind, key, into in rows})

    def tag(self, kind: str, text: str) -> str:
        """Return the tag that a text of a description counts as."""
        tag, seen = canonical_tag(text), set[str]()
        while (into := self.merges.get((kind, key_of(tag)))) and tag not in seen:
            seen.add(tag)
            tag = canonical_tag(into)
        return tag

    def tags(self, kind: str, description: Mapping[str, Any]) -> list[str]:
        """Return what the texts of a description count as, each once."""
        value = description.get(kind, [])
        texts = [value] if isinstance(value, str) else value
        return list(dict.fromkeys(self.tag(kind, text) for text in texts))


@dataclass(frozen=True)
class TagUse:
    """A tag as one line of its kind; `n_runs` counts those of what is a kind of it, too."""

    name: str
    n_runs: int
    synonyms: list[str]
    depth: int = 0  # under what it is a kind of
    known: bool = True  # to the vocabulary
    merged: list[TagMerge] = field(default_factory=list)  # what counts as it


@dataclass(frozen=True)
class TagKind:
    """The tags of one field of a description: the vocabulary's in its order, then the teams' own."""

    kind: str
    known: list[TagUse]
    others: list[TagUse]

    @property
    def merged(self) -> list[TagUse]:
        """Return the tags that others count as."""
        return [use for use in (*self.known, *self.others) if use.merged]

    @property
    def mergeable(self) -> bool:
        """Tell whether the words are the teams' own, or a fixed few."""
        return self.kind in _TEXTS


def method_tags(now: datetime) -> list[TagKind]:
    """Return the vocabulary and the tags that teams wrote, with how many public runs have each."""
    reader = TagReader.now()
    counts = _counts(reader, now)
    merges = list(TagMerge.objects.select_related("merged_by"))
    return [_kind(kind, counts, reader, merges) for kind in KINDS]


def used_tags(now: datetime) -> dict[str, list[str]]:
    """Return what completes a description's fields beside the vocabulary: tags of public runs."""
    counts = _counts(TagReader.now(), now)
    return {
        kind: [name for name in _most_used(counts[kind]) if name not in METHOD_TAGS[kind]]
        for kind in KINDS
    }


def may_merge_tags(viewer: Viewer) -> bool:
    """Tell whether a viewer may say what counts as what: it holds for all campaigns alike."""
    if not viewer.is_authenticated:
        return False
    owner = CampaignRole.objects.filter(user=viewer, name=CampaignRole.Name.OWNER)
    return viewer.is_staff or owner.exists()


# ---------------------------------------------------------------- counting
def _counts(reader: TagReader, now: datetime) -> dict[str, Counter[str]]:
    """Return by kind how many runs have each tag, or one that is a kind of it."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for description in _descriptions(now):
        for kind, counter in counts.items():
            own = reader.tags(kind, description)
            counter.update({*own, *(broad for tag in own for broad in broader_tags(tag))})
    return counts


def _descriptions(now: datetime) -> Iterable[dict[str, Any]]:
    """Return what everybody may read: a method is public with the score of its run, no sooner."""
    ranked = public_rows(now).exclude(section=LeaderboardRow.Section.UNRANKED)
    return ranked.order_by().values_list("run__description", flat=True)


def _most_used(counter: Counter[str]) -> list[str]:
    return sorted(counter, key=lambda tag: (-counter[tag], tag.casefold()))


# ---------------------------------------------------------------- a kind
def _kind(
    kind: str, counts: dict[str, Counter[str]], reader: TagReader, merges: list[TagMerge]
) -> TagKind:
    counter, vocabulary = counts[kind], METHOD_TAGS[kind]
    own = [merge for merge in merges if merge.kind == kind]

    def use(name: str, depth: int, *, known: bool) -> TagUse:
        into = [merge for merge in own if reader.tag(kind, merge.tag) == name]
        synonyms = list(vocabulary.get(name, {}).get("synonyms", ()))
        return TagUse(name, counter[name], synonyms, depth, known, into)

    # What counts as a tag that no run has is shown too: otherwise nobody could take it apart.
    targets = dict.fromkeys(reader.tag(kind, merge.tag) for merge in own)
    others = dict.fromkeys([*_most_used(counter), *targets])
    return TagKind(
        kind,
        known=[use(name, depth, known=True) for name, depth in _tree(kind)],
        others=[use(name, 0, known=False) for name in others if name not in vocabulary],
    )


def _tree(kind: str, above: str | None = None, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the tags of the vocabulary, each followed by what is a kind of it."""
    for name, entry in METHOD_TAGS[kind].items():
        if entry.get("broader") == above:
            yield name, depth
            yield from _tree(kind, name, depth + 1)
