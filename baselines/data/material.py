"""What a config's images come to: read, filtered, split, numbered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from baselines.config import Baseline, DataConfig
from baselines.data.agreement import Judge
from baselines.data.audible import audible
from baselines.data.contents import Contents
from baselines.data.items import Findings, Item, Vocabulary
from baselines.data.sources import read_sources
from baselines.data.splits import Split, split_by_observation
from baselines.data.tables import CannotRead


@dataclass(frozen=True)
class Material:
    """What is learnt from.

    Attributes
    ----------
    classes, organs
        What the network learns to name; no organs where the config wants none.
    split
        Which items are learnt from, and which are kept apart.
    findings
        What was wrong with the data, and is found wrong while they are used.
    noisy
        Which of the items are noisy: none of them is ever validated on.
    about
        How many images of which role are learnt from, and how they were filtered: plain data, for
        the checkpoint.
    """

    classes: Vocabulary
    organs: Vocabulary
    split: Split
    findings: Findings
    noisy: frozenset[Item] = frozenset()
    about: Mapping[str, Any] = field(default_factory=dict)


def read_material(config: Baseline, judge: Judge | None = None) -> Material:
    """Return what a config learns from.

    Parameters
    ----------
    judge
        Says which noisy images are kept, where the config wants them filtered.

    Raises
    ------
    CannotRead
        When a folder is not laid out as the config says, or nothing is left to learn from.
    """
    data, findings = config.data, Findings()
    # What is validated on is always trusted, whatever is learnt from.
    roles = ("trusted",) if data.roles == "trusted" else ("trusted", "noisy")
    items = read_sources(data, roles, findings)
    if config.sound:
        items = {role: tuple(audible(own, findings)) for role, own in items.items()}
    split = split_by_observation(items["trusted"], data.validation, config.seed)
    if data.roles == "noisy" and data.validation and not split.validation:
        raise CannotRead(
            "data.validation: only trusted images are kept apart, and there are none;"
            " right is a trusted source, or 0"
        )
    if data.validation and not split.validation:
        what = "share kept apart that is less than half an observation of each class: nothing is"
        findings.add(what, f"data.validation = {data.validation:g}")
    # A copy of an image that is kept apart would tell of it.
    apart = Contents(item.path for item in split.validation)
    whose = "kept apart for validation"
    trusted = () if data.roles == "noisy" else apart.without(split.training, whose, findings)
    noisy = apart.without(items.get("noisy", ()), whose, findings)
    about: dict[str, Any] = {"roles": data.roles}
    if data.roles == "filtered":
        noisy, how = _filtered(noisy, data, judge, findings)
        about |= how
    about |= {"trusted": len(trusted), "noisy": len(noisy)}
    numbered = _numbered(data, Split((*trusted, *noisy), split.validation), findings, about)
    return replace(numbered, noisy=frozenset(noisy))


def _filtered(
    noisy: Sequence[Item], data: DataConfig, judge: Judge | None, findings: Findings
) -> tuple[tuple[Item, ...], Mapping[str, Any]]:
    """Return the noisy images that are kept, and how that was decided."""
    if judge is None:
        raise CannotRead("data.roles: 'filtered' needs a model that says what is kept")
    how = {**asdict(data.agreement), "model": judge.sha256, "noisy before": len(noisy)}
    return judge.kept(noisy, data.agreement, findings), how


def _numbered(
    data: DataConfig, split: Split, findings: Findings, about: Mapping[str, Any]
) -> Material:
    """Give numbers to the classes that are learnt, and leave out of the validation what nobody can answer."""
    classes = Vocabulary.of(item.class_id for item in split.training)
    if not classes:
        folders = ", ".join(source.folder for source in data.sources)
        raise CannotRead(f"{folders}: nothing in it has a class to learn")
    numbers = classes.numbers
    for item in split.validation:
        if item.class_id not in numbers:
            findings.add("of a class that is not learnt, left out of validation", item.path.name)
    answerable = tuple(item for item in split.validation if item.class_id in numbers)
    organs = Vocabulary.of(item.organ for item in split.training if data.organs)
    parts = Split(split.training, answerable)
    return Material(classes, organs, parts, findings, about=about)
