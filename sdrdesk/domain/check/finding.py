"""A finding of a check: one fact, with every place that depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

Level = Literal["error", "warning", "note"]
"""An error will be refused or misread; a warning is a likely mistake; a note is worth knowing."""
_ORDER: Final = ("error", "warning", "note")


class FileSetting(NamedTuple):
    """A setting in a file."""

    file: str
    """Name below the checked folder, such as ``rules.toml`` or ``scripts/demo.md``."""
    key: tuple[str, ...] = ()
    """The keys that lead to the setting; elements of a list count from 1."""
    line: int = 0
    """From 1; 0 where the file as a whole is meant, or the line is not known yet."""
    shipped: bool = False
    """In the file that ships, because the team has none of its own."""

    @property
    def name(self) -> str:
        """The file, and whether it is the shipped one."""
        return f"{self.file} (as shipped)" if self.shipped else self.file

    @property
    def words(self) -> str:
        """The place as ``rules.toml, line 3``."""
        return f"{self.name}, line {self.line}" if self.line else self.name


class Finding(NamedTuple):
    """One fact."""

    level: Level
    fact: tuple[str, ...]
    """Names the fact: findings of the same fact are one, such as ``("status", "WORKING")``."""
    message: str
    """The mistake, a sentence without a full stop."""
    places: tuple[FileSetting, ...] = ()
    """Every place that says so; none for a fact of the account alone."""
    fix: str = ""
    """The account's names, and the line to write; a sentence without a full stop."""

    def to_json(self) -> dict[str, object]:
        """Return the finding as in ``rules check --json``."""
        first = self.places[0] if self.places else FileSetting("")
        return {
            "level": self.level,
            "kind": self.fact[0],
            "file": first.file or None,
            "line": first.line or None,
            "key": ".".join(first.key) or None,
            "message": self.message,
            "fix": self.fix,
            "places": [
                {
                    "file": p.file,
                    "line": p.line or None,
                    "key": ".".join(p.key),
                    "shipped": p.shipped,
                }
                for p in self.places
            ],
        }

    @property
    def of_file(self) -> bool:
        """True if a file cannot be used as it is, whatever the account has."""
        return self.level == "error" and self.fact[0] in ("file", "name", "script", "scripts")

    @property
    def words(self) -> str:
        """The finding in one line: where, what, what to do."""
        where = " and ".join(_in_one_file(name, self.places) for name in self._files)
        said = f"{where}: {self.message}" if where else self.message
        return f"{said}. {self.fix}" if self.fix else said

    @property
    def _files(self) -> Iterable[str]:
        return dict.fromkeys(place.name for place in self.places)


def _in_one_file(name: str, places: Iterable[FileSetting]) -> str:
    """Return ``rules.toml, lines 3, 5 and 9``."""
    numbers = [str(p.line) for p in dict.fromkeys(places) if p.name == name and p.line]
    if not (lines := list(dict.fromkeys(numbers))):
        return name
    if len(lines) == 1:
        return f"{name}, line {lines[0]}"
    return f"{name}, lines {', '.join(lines[:-1])} and {lines[-1]}"


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each fact once, with all its places; errors first, then by place."""
    by_fact: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        known = by_fact.get(finding.fact)
        if known is None:
            by_fact[finding.fact] = finding
        else:
            places = tuple(dict.fromkeys((*known.places, *finding.places)))
            level = min(known.level, finding.level, key=_ORDER.index)
            by_fact[finding.fact] = known._replace(places=places, level=level)
    return tuple(sorted(by_fact.values(), key=_place_in_report))


def _place_in_report(finding: Finding) -> tuple[object, ...]:
    first = finding.places[0] if finding.places else FileSetting("~")
    return (_ORDER.index(finding.level), first.file, first.line, finding.fact)
