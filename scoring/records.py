"""Dataclasses that cost nothing to declare, for what every small run loads.

The library's `dataclass` compiles code for each class, and loads `inspect` to do so: for the classes of
a scoring that takes longer than Python takes to start. This one gives its classes the same behaviour by
functions that all of them share. To type checkers they are the library's, and `dataclasses.replace`,
`asdict` and `fields` take them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, eq: bool = True) -> Any:
        """Return a class as a dataclass, or what makes one of a class."""

        def declared(cls: type) -> type:
            defaults = {n: cls.__dict__[n] for n in cls.__annotations__ if n in cls.__dict__}
            cls.__match_args__ = tuple(cls.__annotations__)
            cls.__dataclass_fields__ = _Fields(defaults)
            cls.__init__, cls.__repr__, cls._defaults = _init, _repr, defaults
            if eq:
                cls.__eq__, cls.__hash__ = _eq, _hash if frozen else None
            if frozen:
                cls.__setattr__ = cls.__delattr__ = _refuse
            return cls

        return declared if cls is None else declared(cls)

    def field(*, default_factory: Callable[[], Any]) -> Any:
        """Return the default of a field that is made anew for each value."""
        return _Factory(default_factory)

    def replace(value: Any, /, **changes: Any) -> Any:
        """Return a value with some of its fields changed."""
        return type(value)(**{**_plain(value), **changes})


class _Factory:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


class _Fields:
    """The fields of a class as the library has them, made when it asks for them."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self._defaults = defaults

    def __get__(self, _: object, owner: type) -> Any:
        import dataclasses  # noqa: PLC0415  # see above

        defaults = {
            name: dataclasses.field(default_factory=own.make) if isinstance(own, _Factory) else own
            for name, own in self._defaults.items()
        }
        body = {"__annotations__": owner.__annotations__, **defaults}
        model: Any = dataclasses.dataclass(type(owner.__name__, (), body))
        return model.__dataclass_fields__


def _init(self: Any, /, *values: Any, **named: Any) -> None:
    names, defaults, own = self.__match_args__, self._defaults, self.__dict__
    if len(values) > len(names):
        raise TypeError(f"{type(self).__name__} has {len(names)} fields, not {len(values)}")
    given = {**defaults, **dict(zip(names, values, strict=False)), **named}
    if wrong := {*names[: len(values)]} & named.keys() | given.keys() ^ {*names}:
        raise TypeError(f"{type(self).__name__} takes each field once, not so {sorted(wrong)}")
    for name in names:
        value = given[name]
        own[name] = value.make() if isinstance(value, _Factory) else value


def _plain(self: Any) -> dict[str, Any]:
    return {name: getattr(self, name) for name in self.__match_args__}


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={value!r}" for name, value in _plain(self).items())
    return f"{type(self).__qualname__}({fields})"


def _eq(self: Any, other: object) -> Any:
    return _plain(self) == _plain(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple(_plain(self).values()))


def _refuse(self: Any, name: str, *_: object) -> None:
    raise AttributeError(f"a {type(self).__name__} never changes, nor does its {name}")
