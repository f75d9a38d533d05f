"""What each team did, as a paragraph for the overview of a task: nothing but what its descriptions say."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from campaign.exports.latex import escape, one_line, sentence
from campaign.exports.tables import DIGITS
from campaign.field_names import LABELS, field_name
from campaign.metric_names import metric_name
from campaign.models import LeaderboardRow, Team
from campaign.numbers import number
from campaign.reads.leaderboards import Leaderboard, LeaderboardEntry
from campaign.reads.scores import ShownScore
from scoring import METHOD_TAGS, canonical_tag

_Said = Mapping[str, Any]
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True)
class Paragraph:
    """A team, the key of its paper in the bibliography, and what there is to say of it."""

    team: Team
    key: str
    sentences: list[str]


def team_paragraphs(board: Leaderboard) -> list[Paragraph]:
    """Return a paragraph for each team of a leaderboard of all runs, in its order; baselines come last."""
    by_team: dict[int, list[LeaderboardEntry]] = {}
    for entry in board.entries:
        by_team.setdefault(entry.run.registration.team_id, []).append(entry)
    ordered = sorted(by_team.values(), key=lambda entries: entries[0].baseline)
    return [_paragraph(board, entries) for entries in ordered]


def teams_tex(board: Leaderboard) -> str:
    r"""Return the paragraphs as LaTeX; each cites its team's entry of the bibliography."""
    paragraphs = [
        f"\\paragraph{{{escape(one.team.name)}}} \\cite{{{one.key}}}\n"
        + "\n".join(map(sentence, one.sentences))
        for one in team_paragraphs(board)
    ]
    return "\n\n".join([f"{_HEAD}{escape(_generated(board))}".strip(), *paragraphs]) + "\n"


def teams_md(board: Leaderboard) -> str:
    """Return the paragraphs as Markdown."""
    paragraphs = [
        f"## {as_markdown(one.team.name)}\n\n{as_markdown(' '.join(one.sentences))}"
        for one in team_paragraphs(board)
    ]
    return "\n\n".join(filter(None, [_generated(board), *paragraphs])) + "\n"


_HEAD = "% What teams say of their methods; the entries cited are those of references.bib.\n"


def _generated(board: Leaderboard) -> str:
    if not any(entry.run.generated for entry in board.entries):
        return ""
    return "Runs called generated were made by a program: they say nothing of any method."


def as_markdown(text: str) -> str:
    r"""Return a text that Markdown shows as it stands, on one line.

    Examples
    --------
    >>> print(as_markdown("<b> a_b"))
    \<b\> a\_b
    """
    return _MARKUP.sub(r"\\\1", one_line(text))


# ---------------------------------------------------------------- a team
def _paragraph(board: Leaderboard, entries: Sequence[LeaderboardEntry]) -> Paragraph:
    first, *others = entries
    team = first.run.registration.team
    said = first.run.description
    sentences = [_best(board, entries), *(_method(said) or ["It has no method description."])]
    for differences, alike in groupby(
        others, lambda entry: _differences(said, entry.run.description)
    ):
        sentences.append(_others(board, list(alike), differences))
    return Paragraph(team, f"{board.task.slug}:{team.slug}", sentences)


def _best(board: Leaderboard, entries: Sequence[LeaderboardEntry]) -> str:
    """Say how many runs a team has, and what its first one scored."""
    first = entries[0]
    n = f"{len(entries)} {'runs' if len(entries) > 1 else 'run'}"
    which = "The best" if len(entries) > 1 else "It"
    place = f"rank {first.rank}" if first.rank else _unranked(first)
    return f"{n}. {which} is {_name(first)}: {_score(board, first)}, {place}."


def _unranked(entry: LeaderboardEntry) -> str:
    if entry.section == LeaderboardRow.Section.RANKED:
        return "a baseline, without a rank"
    return f"not ranked ({entry.mark.replace('_', ' ')})"


def _name(entry: LeaderboardEntry) -> str:
    run = entry.run
    name = f"run {run.number}" + (f" “{run.name}”" if run.name else "")
    return f"{name} (generated)" if run.generated else name


def _score(board: Leaderboard, entry: LeaderboardEntry) -> str:
    metric = board.task.metrics[0]
    return f"{metric_name(metric)} {_with_interval(entry.scores.get(metric))}"


def _with_interval(score: ShownScore | None) -> str:
    if score is None or score.value is None:
        return "undefined"
    if score.low is None or score.high is None:
        return f"{score.value:.{DIGITS}f}"
    return f"{score.value:.{DIGITS}f} (95 % interval {score.low:.{DIGITS}f} to {score.high:.{DIGITS}f})"


def _others(board: Leaderboard, entries: Sequence[LeaderboardEntry], differences: str) -> str:
    """Say what further runs scored, and in what they differ from the first one."""
    metric = board.task.metrics[0]
    runs = listed([f"{_name(one)} ({_short(one.scores.get(metric))})" for one in entries])
    return f"{runs[0].upper()}{runs[1:]}: {differences or 'the same description'}."


def _differences(said: _Said, other: _Said) -> str:
    """Say in what a description, its paper apart, is another than the first one."""
    names = [name for name in LABELS if name != "paper" and said.get(name) != other.get(name)]
    named = [f"{_field(name)} {_with_unit(name, other[name])}" for name in names if name in other]
    missing = [_field(name) for name in names if name not in other]
    return "; ".join([*named, *([f"nothing said of {listed(missing)}"] if missing else [])])


def _field(name: str) -> str:
    label = field_name(name)
    return label[0].lower() + label[1:]


def _with_unit(name: str, value: Any) -> str:
    return " ".join(filter(None, [_value(value), _UNITS.get(name, "")]))


_UNITS = {
    "preparation_days": "days",
    "training_hours": "hours",
    "hardware_price_eur": "euros",
    "inference_per_minute": "a minute",
}


def _short(score: ShownScore | None) -> str:
    return "undefined" if score is None or score.value is None else f"{score.value:.{DIGITS}f}"


# ---------------------------------------------------------------- a method
def _method(said: _Said) -> list[str]:
    """Return what a description says, as sentences."""
    return [words for say in _SAYINGS for words in say(said)]


def _learned_from(said: _Said) -> Iterator[str]:
    data = f" on {listed(said['training_data'])} data" if "training_data" in said else ""
    images = said.get("images_per_class")
    some = f" with {_value(images)} examples per class" if images is not None else ""
    if data or some:
        yield f"It was trained{data}{some}."


def _networks(said: _Said) -> Iterator[str]:
    if names := said.get("architectures"):
        yield f"Its architecture{'s are' if len(names) > 1 else ' is'} {listed(names)}."
    if n := said.get("n_networks"):
        yield "It is a single network." if n == 1 else f"It fuses {_value(n)} networks."


def _pre_training(said: _Said) -> Iterator[str]:
    if "pre_training" in said:
        tag = canonical_tag(said["pre_training"])
        if tag == "none":
            yield "It was trained from scratch."
        elif tag in METHOD_TAGS["pre_training"]:
            yield f"It was pre-trained on {tag}."
        else:
            yield f"Its pre-training is “{tag}”."
    if said.get("frozen"):
        yield "Only a classifier on fixed features was trained."


def _answering(said: _Said) -> Iterator[str]:
    if names := said.get("augmentation"):
        yield f"Augmentation at training: {listed(names)}."
    if n := said.get("test_time_outputs"):
        yield f"{_value(n)} network output{'s are fused' if n > 1 else ' is used'} for a query."
    if names := said.get("metadata"):
        yield f"It used metadata: {listed(names)}."
    if "automatic" in said:
        yield f"{'No' if said['automatic'] else 'A'} person helped to answer the test."


def _effort(said: _Said) -> Iterator[str]:
    parts = [f"ran on {said['hardware']}"] if "hardware" in said else []
    if "n_gpus" in said:
        n = said["n_gpus"]
        parts += [f"used {_value(n)} GPU{'s' if n > 1 else ''}" if n else "used processors alone"]
    if "training_hours" in said:
        parts += [f"took {_value(said['training_hours'])} hours"]
    if parts:
        yield f"Training {listed(parts)}."
    for name, words in _EFFORTS.items():
        if name in said:
            yield words.format(_value(said[name]))


_EFFORTS = {
    "preparation_days": "Preparing it took {} person-days.",
    "hardware_price_eur": "The hardware cost {} euros.",
    "inference_per_minute": "It answers {} images or recordings a minute.",
}
_SAYINGS: Sequence[Callable[[_Said], Iterator[str]]] = (
    _learned_from,
    _networks,
    _pre_training,
    _answering,
    _effort,
)


def _value(value: Any) -> str:
    """Return a value of a description in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return listed(value)
    if isinstance(value, str):
        return value
    return number(int(value) if value == int(value) else value)


def listed(words: Sequence[str]) -> str:
    """Return words as a list.

    Examples
    --------
    >>> listed([]), listed(["a"]), listed(["a", "b", "c"])
    ('', 'a', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
