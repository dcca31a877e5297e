"""Reader of TOML tables as ``tomllib`` returns them: checks types and refuses unknown keys.

All parsers of settings and rule files use it, so their error messages read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sdrdesk.domain.config.problem import ConfigProblem


class TableReader:
    """Reads one TOML table. Call ``done`` at the end: unread keys are errors."""

    def __init__(self, data: Mapping[str, object], path: tuple[str, ...] = ()) -> None:
        self._data = data
        self._known: list[str] = []
        self.path = path

    def problem(self, key: str, message: str) -> ConfigProblem:
        """Return an error about ``key``, to be raised."""
        return ConfigProblem((*self.path, key), message)

    def has(self, key: str) -> bool:
        """Return whether ``key`` is set, and count it as known."""
        self._known.append(key)
        return key in self._data

    def is_list(self, key: str) -> bool:
        """Return whether ``key`` holds a list, for settings that take one value or several."""
        return isinstance(self._data.get(key), list)

    def keys(self) -> list[str]:
        """Return all keys in the order of the file."""
        return list(self._data)

    def _take(self, key: str, default: object, stand_in: object) -> object:
        self._known.append(key)
        if key in self._data:
            return self._data[key]
        if default is None:
            raise ConfigProblem((*self.path, key), "is missing", stand_in=stand_in)
        return default

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        low: float = float("-inf"),
        high: float = float("inf"),
    ) -> float:
        """Return a number from ``low`` to ``high``, inclusive."""
        value = self._take(key, default, max(low, 0.0))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.problem(key, f"must be a number, not {_kind(value)}")
        try:
            number = float(value)
        except OverflowError:
            raise self.problem(key, "is too large a number") from None
        if not low <= number <= high:  # also refuses nan
            raise self.problem(key, f"must be between {low:g} and {high:g}, not {value}")
        return number

    def integer(
        self, key: str, default: int | None = None, *, low: int = 0, high: int = 1_000_000_000
    ) -> int:
        """Return a whole number from ``low`` to ``high``, inclusive."""
        value = self._take(key, default, max(low, 0))
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.problem(key, f"must be a whole number, not {_kind(value)}")
        if not low <= value <= high:
            raise self.problem(key, f"must be between {low} and {high}, not {value}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        value = self._take(key, default, "x")
        if not isinstance(value, str):
            raise self.problem(key, f"must be text, not {_kind(value)}")
        return value

    def boolean(self, key: str, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._take(key, default, stand_in=False)
        if not isinstance(value, bool):
            raise self.problem(key, f"must be true or false, not {_kind(value)}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.problem(key, f"{value!r} is not known{suggest(value, allowed)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._take(key, default, ["x"])
        if not isinstance(value, list | tuple):
            raise self.problem(key, f"must be a list of texts, not {_kind(value)}")
        for index, part in enumerate(value):
            if not isinstance(part, str):
                path = (*self.path, key, str(index + 1))
                raise ConfigProblem(path, f"must be text, not {_kind(part)}")
        return tuple(part for part in value if isinstance(part, str))

    def items(self, key: str, *, optional: bool = False) -> list[object]:
        """Return a list of anything."""
        value = self._take(key, [] if optional else None, [])
        if not isinstance(value, list):
            raise self.problem(key, f"must be a list, not {_kind(value)}")
        return list(value)

    def table(self, key: str, *, optional: bool = False) -> TableReader:
        """Return a reader of the table at ``key``; an empty one if it is optional and missing."""
        value = self._take(key, {} if optional else None, {})
        return as_table(value, (*self.path, key))

    def tables(self, key: str, *, optional: bool = False) -> Iterator[TableReader]:
        """Yield a reader for each table of the list at ``key``; paths count from 1."""
        for index, value in enumerate(self.items(key, optional=optional)):
            yield as_table(value, (*self.path, key, str(index + 1)))

    def done(self) -> None:
        """Check that every key was read.

        Raises:
            ConfigProblem: a key is unknown; it suggests the nearest known one.
        """
        for key in self._data:
            if key not in self._known:
                said = f"is not a known setting{suggest(key, self._known)}"
                meant = nearest(key, self._known)
                raise ConfigProblem((*self.path, key), said, unknown=True, meant=meant)


def as_table(value: object, path: tuple[str, ...]) -> TableReader:
    """Return a reader of ``value``, which must be a table."""
    if not isinstance(value, Mapping):
        raise ConfigProblem(path, f"must be a table, not {_kind(value)}")
    return TableReader({str(key): part for key, part in value.items()}, path)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word that ``word`` is probably a misspelling of, ``""`` for none."""
    return next(iter(nearest_of(word, known, 1, cutoff)), "")


def nearest_of(word: str, known: Iterable[str], most: int, cutoff: float = 0.6) -> list[str]:
    """Return up to ``most`` known words that ``word`` may be a misspelling of, nearest first."""
    from difflib import get_close_matches  # not at the top: few starts meet a misspelling

    return get_close_matches(word, list(known), n=most, cutoff=cutoff)


def suggest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """Return ``" (did you mean …?)"`` for the nearest known word, else the known words."""
    if near := nearest(word, known):
        return f" (did you mean {near!r}?)"
    return f" (known here: {', '.join(sorted(set(known)))})" if known else ""


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
)


def _kind(value: object) -> str:
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "a date or time"
