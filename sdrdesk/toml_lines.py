"""Finds the line of each key of a TOML text: ``tomllib`` does not say where it read a value.

The text must be valid TOML; only its layout is read here, values are skipped.
"""

from __future__ import annotations

import tomllib

KeyPath = tuple[str, ...]
"""Keys that lead to a value; elements of a list count from 1."""

_SPACE = " \t"
_ENDS = ",]}#\n\r"
_LONGEST = 100
"""Lines of a value, at most, above which its key is looked for."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every table, key and list element of ``text``."""
    return _Scan(text).run()


def said_twice(text: str, end: int) -> tuple[str, int, int]:
    """Return the second mention of a key or table: its name, its line, and the line of the first.

    A line is 0 where it cannot be found.

    Args:
        text: valid TOML but for what is said twice.
        end: the line, from 1, in which the second mention ends.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    for start in range(min(end, len(lines)) - 1, max(-1, end - _LONGEST), -1):
        before = "\n".join(lines[:start])
        try:
            tomllib.loads(before)
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value of several lines
        scan, second = _Scan(before), _Scan(lines[start])
        known = scan.run()
        path, name = second.first(scan)
        return name, start + 1, known.get(path, 0)
    return "", 0, 0


class _Scan:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self._text = f"{text}\n"
        self._at = 0
        self._line = 1
        self._counted = 0
        self._found: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}
        self._table: KeyPath = ()

    def first(self, before: _Scan) -> tuple[KeyPath, str]:
        """Return the path of this text's first key or table, which follows ``before``; its name."""
        self._skip()
        header = self._next("[[") or self._next("[")
        keys = self._keys()
        return before._real(keys) if header else (*before._table, *keys), ".".join(keys)

    def run(self) -> dict[KeyPath, int]:
        while self._skip():
            if self._next("[["):
                name = self._real(self._keys())
                self._next("]]")
                self._tables[name] = self._tables.get(name, 0) + 1
                self._table = (*name, str(self._tables[name]))
                self._mark_all(self._table)
            elif self._next("["):
                self._table = self._real(self._keys())
                self._next("]")
                self._mark_all(self._table)
            else:
                self._pair(self._table)
        return self._found

    def _real(self, keys: KeyPath) -> KeyPath:
        """Return the path of a table below the newest table of each list on the way."""
        path: KeyPath = ()
        for at, key in enumerate(keys):
            path = (*path, key)
            if at + 1 < len(keys) and path in self._tables:
                path = (*path, str(self._tables[path]))
        return path

    def _pair(self, table: KeyPath) -> None:
        begin = self._at
        path = (*table, *self._keys())
        self._mark_all(path)
        self._next("=")
        self._value(path)
        if self._at == begin:  # cannot be in valid TOML; never loop forever
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        self._blanks()
        if self._next("["):
            count = 0
            while self._skip() and not self._next("]"):
                count += 1
                self._mark((*path, str(count)))
                self._value((*path, str(count)))
                self._skip()
                self._next(",")
        elif self._next("{"):
            while self._skip() and not self._next("}"):
                self._pair(path)
                self._skip()
                self._next(",")
        elif self._text[self._at] in "\"'":
            self._string()
        else:
            while self._text[self._at] not in _ENDS:
                self._at += 1

    def _keys(self) -> KeyPath:
        """Read a key: bare or quoted parts with dots between them."""
        parts: list[str] = []
        while True:
            self._blanks()
            start = self._at
            if self._text[start] in "\"'":
                self._string()
                parts.append(_unquoted(self._text[start : self._at]))
            else:
                while self._text[self._at] not in f".=]{_SPACE}{_ENDS}":
                    self._at += 1
                parts.append(self._text[start : self._at])
            self._blanks()
            if not self._next("."):
                return tuple(parts)

    def _string(self) -> None:
        quote = self._text[self._at]
        close = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._at += len(close)
        while self._at < len(self._text) and not self._text.startswith(close, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += len(close)
        if len(close) == 3:  # a text may end in quotes of its own
            while self._text.startswith(quote, self._at):
                self._at += 1

    def _skip(self) -> bool:
        """Skip blanks, line breaks and comments; return whether anything follows."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                self._at = self._text.index("\n", self._at)
            elif self._text[self._at] in f"{_SPACE}\r\n":
                self._at += 1
            else:
                return True
        return False

    def _blanks(self) -> None:
        while self._text[self._at] in _SPACE:
            self._at += 1

    def _next(self, mark: str) -> bool:
        self._blanks()
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _mark_all(self, path: KeyPath) -> None:
        for size in range(1, len(path) + 1):
            self._mark(path[:size])

    def _mark(self, path: KeyPath) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self._found.setdefault(path, self._line)


def _unquoted(text: str) -> str:
    value = tomllib.loads(f"key = {text}")["key"]
    return str(value)
