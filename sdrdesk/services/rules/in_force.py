"""The rules in force on this machine, and the source of each file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sdrdesk.rule_files import SCRIPTS, TOML_FILES, InForce, RuleFiles, SetInForce


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The answer of ``rules show``."""

    pulled: SetInForce | None
    before: tuple[SetInForce, ...]
    """Sets that a rollback leads to, the next one first."""
    files: dict[str, str]
    """File to its path, ``""`` for the shipped one."""
    ignored: tuple[str, ...]
    """Files that do not count, because the team's set has one of that name."""
    problem: str
    """Why the files do not count as they are, ``""`` when they do."""
    last_good: bool
    """True if the last good set counts instead."""

    def to_json(self) -> dict[str, object]:
        """Return the output of ``rules show --json``."""
        return {
            "version": self.pulled.version if self.pulled else None,
            "source": self.pulled.shown_source if self.pulled else None,
            "pulled_at": self.pulled.at if self.pulled else None,
            "before": [each.to_json() for each in self.before],
            "files": {name: path or None for name, path in self.files.items()},
            "ignored": list(self.ignored),
            "problem": self.problem or None,
        }

    def lines(self) -> list[str]:
        """Return the answer for a terminal."""
        found = ["In use: the files of this machine (no pulled rules)"]
        if self.pulled:
            about = f": {self.pulled.about}" if self.pulled.about else ""
            found = [f"In use: rules {self.pulled.version}{about}"]
            found.append(f"From {self.pulled.shown_source}, pulled {self.pulled.at}")
        if self.problem:
            found.append(f"! {self.problem}")
        if self.last_good:
            found.append("! The last good rules are in use instead.")
        found += [f"{name:<20} {path or 'shipped'}" for name, path in self.files.items()]
        found += [f"! {path} does not count: the team's set has that file" for path in self.ignored]
        found += [f"Before: rules {each.version}, pulled {each.at}" for each in self.before]
        return found


def describe(files: RuleFiles) -> RulesInForce:
    """Return which rules are in force."""
    now: InForce = files.in_force()
    pulled = files.pulled()
    named = {name: _in(now.folders, name) for name in (*TOML_FILES, SCRIPTS)}
    ignored = tuple(str(path) for path in files.shadowed())
    first = pulled[0] if pulled else None
    return RulesInForce(first, pulled[1:], named, ignored, now.problem, now.last_good)


def _in(folders: tuple[Path, ...], name: str) -> str:
    return next((str(f / name) for f in folders if (f / name).exists()), "")
