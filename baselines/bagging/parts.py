"""What each network of a baseline learns from: everything, a fold's rest, or a bootstrap."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from baselines.chance import Draw, numpy_generator, seed_of
from baselines.config import (
    AnswersConfig,
    BaggingConfig,
    CardConfig,
    FrozenBaseline,
    LearntBaseline,
)
from baselines.data.folds import folds, group_of
from baselines.data.items import Findings, Item
from baselines.data.material import Material
from baselines.data.splits import Split
from baselines.data.tables import write_table

BAG = "bag.csv"


@dataclass(frozen=True)
class Part:
    """One network of a baseline.

    Attributes
    ----------
    config
        What it learns by: its own seed, and nothing of how it is asked afterwards.
    material
        What it learns from, with findings of its own.
    folder
        Where it is kept.
    """

    config: LearntBaseline | FrozenBaseline
    material: Material
    folder: Path


def folders_of(config: LearntBaseline | FrozenBaseline, folder: Path) -> list[Path]:
    """Return where the networks of a config are, inside the folder of the baseline."""
    n = config.bagging.networks
    if n == 1:
        return [folder]
    return [folder / f"network_{number}" for number in range(1, n + 1)]


def parts_of(
    config: LearntBaseline | FrozenBaseline, material: Material, folder: Path
) -> list[Part]:
    """Return the networks of a config.

    A bootstrap's network does not depend on how many there are: more can be added to them.

    Raises
    ------
    CannotFold
        When there are fewer observations, or authors, than folds.
    """
    plain = replace(config, answers=AnswersConfig(), card=CardConfig())
    bagging, folders = config.bagging, folders_of(config, folder)
    if bagging.networks == 1:
        return [Part(plain, material, folder)]
    if bagging.by == "bootstraps":
        plain = replace(plain, bagging=replace(bagging, networks=1))
    # Of a network that learns from noisy images alone, trusted ones are kept apart as they were.
    apart = material.split.validation if config.data.roles == "noisy" else ()
    items = {*material.split.training, *material.split.validation} - set(apart)
    in_order = sorted(items, key=lambda item: item.path)
    return [
        Part(
            replace(plain, seed=seed_of(Draw.NETWORK, config.seed, number)),
            replace(material, split=_trusted_apart(split, material, apart), findings=Findings()),
            own,
        )
        for number, (split, own) in enumerate(
            zip(_splits(in_order, bagging, config.seed), folders, strict=True)
        )
    ]


def _splits(items: Sequence[Item], bagging: BaggingConfig, seed: int) -> Iterator[Split]:
    if bagging.by == "folds":
        yield from folds(items, bagging.networks, seed, bagging.group)
    else:
        for number in range(bagging.networks):
            yield bootstrap(items, bagging, seed, number)


def _trusted_apart(split: Split, material: Material, apart: Sequence[Item]) -> Split:
    """Return a split without noisy items in its validation: who left them out is not judged by them."""
    trusted = (item for item in split.validation if item not in material.noisy)
    return Split(split.training, (*trusted, *apart))


def bootstrap(items: Sequence[Item], bagging: BaggingConfig, seed: int, number: int) -> Split:
    """Return a bootstrap: groups drawn with replacement, of each class as many as it has.

    So no class is lost. An author of several classes is drawn with those of the first of them.

    Parameters
    ----------
    number
        Which bootstrap; each draws for itself.
    """
    generator = numpy_generator(Draw.BAG, seed, number)
    members: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        members[group_of(item, bagging.group)].append(item)
    of_class: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for group in sorted(members):
        of_class[min(item.class_id for item in members[group])].append(group)
    drawn = [
        groups[place]
        for _, groups in sorted(of_class.items())
        for place in generator.integers(len(groups), size=len(groups))
    ]
    missed = members.keys() - set(drawn)
    return Split(
        tuple(item for group in sorted(drawn) for item in members[group]),
        tuple(item for item in items if group_of(item, bagging.group) in missed),
    )


def write_bag(split: Split, path: Path) -> None:
    """Write down how often each observation is learnt from; those kept apart 0 times."""
    n_images = Counter(item.observation for item in {*split.training, *split.validation})
    n_learnt = Counter(item.observation for item in split.training)
    rows = ((name, n_learnt[name] // n) for name, n in sorted(n_images.items()))
    write_table(path, ("Observation", "Times"), rows)
