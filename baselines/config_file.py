"""Configs read from TOML, and from the files of weights that hold them."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from math import inf
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from baselines.config import (
    AugmentationConfig,
    Baseline,
    Between,
    FrozenBaseline,
    FrozenConfig,
    LearntBaseline,
)
from scoring.nearest import did_you_mean

_ONE_OF_TWO = (
    "training, frozen: right is one of them, [training] for a network that learns, [frozen] for one that"
    " stays as it is"
)


class InvalidConfig(ValueError):
    """A config that cannot be used; carries every problem, not only the first.

    Attributes
    ----------
    problems
        Each names its key, and what would be right.
    """

    def __init__(self, problems: Iterable[str], *, where: Path | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{where}: {p}" if where else p for p in self.problems))


def read_config(path: Path) -> LearntBaseline | FrozenBaseline:
    """Return the config of a TOML file: one with ``[training]``, or one with ``[frozen]``.

    Raises
    ------
    InvalidConfig
        With all that is wrong with it.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidConfig([f"{path}: {error}"]) from error
    try:
        return config_from(data)
    except InvalidConfig as error:
        raise InvalidConfig(error.problems, where=path) from error


def config_from(data: Mapping[str, object]) -> LearntBaseline | FrozenBaseline:
    """Return the config that plain data describe, as `as_data` gives them.

    Raises
    ------
    InvalidConfig
        With all that is wrong with them.
    """
    kind = FrozenBaseline if "frozen" in data else LearntBaseline
    problems = list(_section_problems(kind, data, ""))
    if ("frozen" in data) == ("training" in data):
        problems = [_ONE_OF_TWO, *(p for p in problems if not p.startswith("training: "))]
    if problems:
        raise InvalidConfig(problems)
    config: LearntBaseline | FrozenBaseline = _made(kind, data)
    if problems := list(_contradictions(config)):
        raise InvalidConfig(problems)
    return config


def _contradictions(config: LearntBaseline | FrozenBaseline) -> Iterator[str]:
    """Yield what is right by itself, and wrong beside each other."""
    yield from _sound_contradictions(config)
    yield from (
        _frozen_contradictions(config)
        if isinstance(config, FrozenBaseline)
        else _learnt_contradictions(config)
    )
    if not config.name.strip():
        yield "name: is empty; right is a name of letters, digits and underscores"
    if config.network.head == "split":
        if isinstance(config, FrozenBaseline):
            yield "network.head: 'split' is for networks that learn, with [training]; right is 'whole'"
        elif config.data.organs:
            yield "data.organs: a split last layer names species only; right is false"


def _frozen_contradictions(config: FrozenBaseline) -> Iterator[str]:
    for key in ("organs", "is_balanced"):
        if getattr(config.data, key):
            yield f"data.{key}: is for networks that learn, with [training]; right is false"


def _learnt_contradictions(config: LearntBaseline) -> Iterator[str]:
    own = config.training
    if own.patience and not config.data.validation and config.bagging.networks == 1:
        yield "training.patience: nothing is kept apart to be judged by; right is 0, or data.validation"
    if own.warmup > own.epochs:
        yield f"training.warmup: {own.warmup:g} epochs; right is at most training.epochs, {own.epochs}"


def as_data(config: Baseline) -> dict[str, Any]:
    """Return a config as plain data, as JSON has them."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return data


def _section_problems(section: type, data: object, place: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        name = place.rstrip(".")
        yield f"{name}: a section is expected, [{name}]"
        return
    hints = get_type_hints(section, include_extras=True)
    for key in sorted(map(str, data.keys() - hints.keys())):
        yield f"{place}{key}: there is no such key{did_you_mean(key, hints)}"
    for own in fields(section):
        if own.name in data:
            yield from _value_problems(hints[own.name], data[own.name], place + own.name)
        elif _is_needed(own):
            yield f"{place}{own.name}: is missing"


def _is_needed(own: Field[Any]) -> bool:
    return own.default is MISSING and own.default_factory is MISSING


def _value_problems(hint: Any, value: object, place: str) -> Iterator[str]:
    if isinstance(hint, UnionType):  # of a section that may be left out
        if value is not None:
            yield from _value_problems(get_args(hint)[0], value, place)
    elif is_dataclass(hint):
        assert isinstance(hint, type)
        yield from _section_problems(hint, value, f"{place}.")
    elif get_origin(hint) is Literal:
        if value not in get_args(hint):
            yield f"{place}: {value!r}; right is one of {', '.join(get_args(hint))}"
    elif get_origin(hint) is tuple:
        yield from _list_problems(get_args(hint)[0], value, place)
    else:
        kind, between = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
        yield from _plain_problems(kind, between, value, place)


def _list_problems(kind: Any, value: object, place: str) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        yield f"{place}: {value!r}; right is a list of at least one"
        return
    for number, own in enumerate(value, 1):
        yield from _value_problems(kind, own, f"{place}[{number}]")


_WORDS: Mapping[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
}


def _plain_problems(
    kind: type, between: Between | None, value: object, place: str
) -> Iterator[str]:
    taken = (int, float) if kind is float else (kind,)
    if type(value) not in taken:  # True is no number here, though it is an int to isinstance
        yield f"{place}: {value!r}; right is {_WORDS[kind]}"
    elif between is not None:
        assert isinstance(value, int | float)
        if not between.least <= value <= between.most or value == inf:
            yield f"{place}: {value!r}; right is {between}"


def _made(section: type, data: Mapping[str, Any]) -> Any:
    hints = get_type_hints(section)
    return section(**{key: _as(hints[key], value) for key, value in data.items()})


def _as(hint: Any, value: Any) -> Any:
    """Return a value as its field has it: equal configs make equal checkpoints."""
    if isinstance(hint, UnionType):
        return None if value is None else _as(get_args(hint)[0], value)
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return _made(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_as(get_args(hint)[0], own) for own in value)
    return float(value) if hint is float else value


def _sound_contradictions(config: LearntBaseline | FrozenBaseline) -> Iterator[str]:
    sound = config.sound
    if sound is None:
        return
    if not sound.lowest < sound.highest <= sound.rate / 2:
        yield (
            f"sound.highest: {sound.highest:g}; right is more than sound.lowest,"
            f" {sound.lowest:g}, and half of sound.rate at most, {sound.rate / 2:g}"
        )
    if config.data.roles == "filtered":
        yield "data.roles: 'filtered' asks a model that looks at images; right for sound is another"
    if sound.fft > sound.length:
        yield f"sound.fft: {sound.fft}; right is at most a window's samples, {sound.length}"
    if isinstance(config, FrozenBaseline):
        if config.frozen.views != FrozenConfig().views:
            yield "frozen.views: are of images; right for sound is to leave them out"
    elif config.augmentation != AugmentationConfig():
        yield "augmentation: changes images; right for sound is [sound.augmentation]"
