"""Compare two sets of rules, setting by setting."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from sdrdesk.domain.text.plain_text import one_line

_LONGEST = 60


class Change(NamedTuple):
    """One difference."""

    file: str
    what: Literal["new", "changed", "removed"]
    key: str = ""
    """The setting, such as ``disposition.busy.label``; ``""`` for a whole file."""
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        """The difference in one line."""
        if not self.key:
            return f"{self.file}: {self.what}"
        values = {"new": f"= {self.after}", "removed": "removed"}
        return f"{self.file}: {self.key} {values.get(self.what, f'{self.before} → {self.after}')}"


def changes_between(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Change]:
    """Yield the differences by file; of TOML files by setting."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None:
            yield Change(name, "new" if old is None else "removed")
            continue
        was, now = _settings(name, old), _settings(name, new)
        if was is None or now is None or was == now:
            yield Change(name, "changed")
            continue
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) != now.get(key):
                what: Literal["new", "changed", "removed"] = "changed"
                if key not in was or key not in now:
                    what = "new" if key in now else "removed"
                yield Change(name, what, key, was.get(key, ""), now.get(key, ""))


def _settings(name: str, content: bytes) -> dict[str, str] | None:
    if not name.endswith(".toml"):
        return None
    try:
        return dict(_flat("", tomllib.loads(content.decode("utf-8-sig"))))
    except (ValueError, RecursionError):
        return None


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every setting below ``value`` by its path; tables in a list by their name."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _flat(f"{path}.{key}" if path else key, inside)
    elif isinstance(value, list) and value and all(isinstance(x, dict) for x in value):
        for at, table in enumerate(value, start=1):
            named = table.get("name") or table.get("label") or at
            yield from _flat(f"{path}[{one_line(str(named), limit=40)}]", table)
    else:
        yield one_line(path, limit=120), one_line(str(value), limit=_LONGEST)
