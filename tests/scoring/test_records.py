"""The light dataclasses are those of the library in all that anybody may do with them."""

import copy
import dataclasses
import pickle
from functools import cached_property

import pytest

from scoring import records


def declared(dataclass, field, **options):
    """Return a class as one library declares it."""

    class Point:
        """A value with fields of all kinds."""

        x: int
        y: float = 0.5
        tags: list[str] = field(default_factory=list)

        @cached_property
        def double(self) -> int:
            return 2 * self.x

    return dataclass(**options)(Point) if options else dataclass(Point)


OPTIONS = [{}, {"frozen": True}, {"frozen": True, "eq": False}, {"eq": False}]
each_kind = pytest.mark.parametrize("options", OPTIONS, ids=str)


def both(options):
    light = declared(records.dataclass, records.field, **options)
    return light, declared(dataclasses.dataclass, dataclasses.field, **options)


def outcome(do):
    """Return what came of something, or the kind of error."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001  # whatever it is, it must be the same
        return next(kind for kind in (AttributeError, TypeError) if isinstance(error, kind))


ARGUMENTS = [
    ((1,), {}),
    ((1, 2.0, ["a"]), {}),
    ((), {"x": 1, "tags": []}),
    ((), {}),
    ((1,), {"x": 2}),
    ((1,), {"z": 2}),
    ((1, 2, [], 4), {}),
]


@each_kind
@pytest.mark.parametrize(("values", "named"), ARGUMENTS)
def test_they_are_made_alike(options, values, named):
    light, library = both(options)
    found = outcome(lambda: repr(light(*values, **named)))
    assert found == outcome(lambda: repr(library(*values, **named)))


DEEDS = {
    "equal": lambda kind: kind(1) == kind(1),
    "unequal": lambda kind: kind(1) == kind(1, tags=["a"]),
    "equal to another": lambda kind: kind(1).__eq__(1),
    "hash": lambda kind: len({kind(1, tags=("a",)), kind(1, tags=("a",))}),
    "hash of a list": lambda kind: isinstance(hash(kind(1)), int),
    "made anew": lambda kind: kind(1).tags is kind(1).tags,
    "set": lambda kind: setattr(kind(1), "x", 2),
    "delete": lambda kind: delattr(kind(1), "x"),
    "cached": lambda kind: kind(3).double,
    "default": lambda kind: kind.y,
    "match": lambda kind: kind.__match_args__,
    "vars": lambda kind: vars(kind(1)),
    "asdict": lambda kind: dataclasses.asdict(kind(1, tags=["a"])),
    "is a dataclass": dataclasses.is_dataclass,
    "fields": lambda kind: [(f.name, f.type, f.default) for f in dataclasses.fields(kind)],
    "replace": lambda kind: repr(dataclasses.replace(kind(1), y=2)),
    "copy": lambda kind: repr(copy.deepcopy(kind(1))),
}


@each_kind
@pytest.mark.parametrize("do", DEEDS.values(), ids=DEEDS)
def test_they_do_alike(options, do):
    light, library = both(options)
    assert outcome(lambda: do(light)) == outcome(lambda: do(library))


@each_kind
def test_their_own_replace_is_the_librarys(options):
    light, library = both(options)
    assert repr(records.replace(light(1), y=2)) == repr(dataclasses.replace(library(1), y=2))
    with pytest.raises(TypeError):
        records.replace(light(1), z=3)


@records.dataclass(frozen=True)
class Kept:
    """One that lives in a module, as pickle wants it."""

    x: int
    double: int = 2


def test_they_are_copied_and_pickled():
    kept = Kept(1)
    assert copy.copy(kept) == kept == pickle.loads(pickle.dumps(kept))  # noqa: S301  # pickled here
