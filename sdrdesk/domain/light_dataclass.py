"""Dataclasses that take a tenth of the time to define, for modules that a start waits for.

The standard decorator compiles up to seven methods for each class, whether they are used or not.
This one compiles a method when it is first looked up, most of them never. Fields, ``replace``,
``asdict`` and slots are the standard library's; subclasses need this decorator too.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

_Source = tuple[str, dict[str, Any]]
"""The text of a method, and the values that it refers to."""

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # to a type checker it is the standard one
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False):
        """Add the methods of a dataclass; the arguments mean what they mean in ``dataclasses``."""
        if cls is None:
            return lambda given: dataclass(given, frozen=frozen, slots=slots)
        # Without a text ``dataclasses`` writes one, for which it tokenizes a signature.
        cls.__doc__ = cls.__doc__ or cls.__name__
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
        methods = {
            "__init__": _Later(made, "__init__", _frozen_init if frozen else _init),
            "__eq__": _Later(made, "__eq__", _equal),
            "__hash__": _Later(made, "__hash__", _hash) if frozen else None,
            "__repr__": _repr,
        }
        for name, method in (methods | _FROZEN if frozen else methods).items():
            if name not in made.__dict__:
                setattr(made, name, method)
        return made


class _Later:
    """A method until it is looked up: then it is compiled and takes this one's place."""

    def __init__(self, cls: Any, name: str, write: Callable[[Any], _Source]) -> None:
        self._cls, self._name, self._write = cls, name, write

    def __get__(self, instance: object, owner: Any = None) -> Any:
        cls, name = self._cls, self._name
        source, values = self._write(cls)
        whole = f"def make({', '.join(values)}):\n {source}\n return {name}"
        found: dict[str, Any] = {}
        exec(whole, sys.modules[cls.__module__].__dict__, found)  # noqa: S102  # names of fields
        method = found["make"](**values)
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        if name == "__init__":
            types = {field.name: field.type for field in dataclasses.fields(cls) if field.init}
            method.__annotations__ = {**types, "return": None}
        setattr(cls, name, method)
        return method if instance is None else method.__get__(instance)


def _frozen_init(cls: Any) -> _Source:
    return _init(cls, "_set_(self, {0!r}, {1})")


def _init(cls: Any, put: str = "self.{0} = {1}") -> _Source:
    values: dict[str, Any] = {"_made_": dataclasses.MISSING, "_set_": object.__setattr__}
    places: list[str] = ["self"]
    named: list[str] = []
    body: list[str] = []
    for field in dataclasses.fields(cls):
        name, value, default = field.name, field.name, f"_{field.name}_default_"
        has_factory = field.default_factory is not dataclasses.MISSING
        has_default = field.default is not dataclasses.MISSING
        values[default] = field.default_factory if has_factory else field.default
        if field.init:
            usual = f"={'_made_' if has_factory else default}" if has_factory or has_default else ""
            (named if field.kw_only else places).append(f"{name}{usual}")
            if has_factory:
                value = f"{default}() if {name} is _made_ else {name}"
        elif has_factory or has_default:
            value = f"{default}()" if has_factory else default
        else:
            continue  # ``__post_init__`` sets it
        body.append(put.format(name, value))
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    given = ", ".join([*places, *(["*", *named] if named else [])])
    return f"def __init__({given}):\n  " + "\n  ".join(body or ["pass"]), values


def _compared(cls: Any, owner: str) -> str:
    names = (field.name for field in dataclasses.fields(cls) if field.compare)
    return f"({''.join(f'{owner}.{name}, ' for name in names)})"


def _equal(cls: Any) -> _Source:
    same = f"{_compared(cls, 'self')} == {_compared(cls, 'other')}"
    test = "other.__class__ is self.__class__"
    return f"def __eq__(self, other):\n  return {same} if {test} else NotImplemented", {}


def _hash(cls: Any) -> _Source:
    return f"def __hash__(self):\n  return hash({_compared(cls, 'self')})", {}


def _repr(self: Any) -> str:
    shown = (f.name for f in dataclasses.fields(self) if f.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({values})"


def _refuse_set(_: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_FROZEN = {
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__getstate__": _state,
    "__setstate__": _set_state,
}
