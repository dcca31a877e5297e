"""Brings a team's rules: check, compare, try on the leads here, then all at once or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sdrdesk.clock import iso
from sdrdesk.domain.check.finding import Finding
from sdrdesk.plain_file import read_plain
from sdrdesk.rule_files import (
    HOOKS,
    MOST_BYTES,
    RuleFiles,
    SetInForce,
    first_problem,
    own_files,
)
from sdrdesk.services.check.folder import Checked
from sdrdesk.services.rules.changes import Change, changes_between
from sdrdesk.services.rules.effect import Effect, Population, effect_of
from sdrdesk.services.rules.source import TeamFolder
from sdrdesk.toml_file import TomlFileError

_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class PulledRules:
    """The result of a pull."""

    new: SetInForce
    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    """Errors: nothing was put in force."""
    notes: tuple[str, ...]
    """Doubts, and what was not looked at."""
    effect: Effect | None
    done: bool

    def to_json(self) -> dict[str, object]:
        """Return the output of ``rules pull --json``."""
        effect = self.effect
        return {
            "source": self.new.shown_source,
            "version": self.new.version,
            "about": self.new.about,
            "in_force": self.done,
            "changes": [change._asdict() for change in self.changes],
            "problems": list(self.problems),
            "notes": list(self.notes),
            "queue": effect.to_json() if effect else None,
        }

    def preview(self) -> list[str]:
        """Return what differs and what it changes, for a terminal."""
        about = f": {self.new.about}" if self.new.about else ""
        found = [f"Rules {self.new.version}{about}"]
        found += [change.words for change in self.changes[:_MOST_LINES]]
        if len(self.changes) > _MOST_LINES:
            found.append(f"… and {len(self.changes) - _MOST_LINES} more differences")
        if not self.changes:
            found.append("No difference to the rules in force.")
        found += [f"error: {problem}" for problem in self.problems]
        if not self.problems:  # of half-read files many doubts follow
            found += self.notes
        if self.effect is not None:
            found += self.effect.lines()
        return found

    def result(self) -> list[str]:
        """Return what came of it, for a terminal."""
        found = []
        if self.done:
            found.append(
                "In use now. An open workbench takes them over between two calls. "
                "To go back: sdrdesk rules rollback"
            )
            if any(c.file.startswith(HOOKS) and c.what != "removed" for c in self.changes):
                found.append("Hooks run only after you agree to them: sdrdesk hooks list")
        elif self.problems:
            found.append("Nothing was changed: the rules in use stay.")
        else:
            found.append("Nothing was changed: this is a dry run.")
        return found


class RulesPull:
    """Pulls for one machine.

    Args:
        files: the sets of this machine.
        check: the check of a folder.
        now: the present moment.
        leads: to try the rules on; ``None`` without any.
    """

    def __init__(
        self,
        files: RuleFiles,
        check: Callable[[Path], Checked],
        now: datetime,
        leads: Population | None = None,
    ) -> None:
        self._files = files
        self._check = check
        self._now = now
        self._leads = leads

    def run(
        self,
        team: TeamFolder,
        *,
        dry_run: bool = False,
        show: Callable[[PulledRules], None] = lambda _: None,
    ) -> PulledRules:
        """Check and compare ``team``, and put it in force unless something is wrong.

        What is checked is the stored copy, so what counts later is what was looked at. ``show`` is
        called before anything is put in force.
        """
        written = self._files.written()
        digest = self._files.keep(dict(team.files))
        new = SetInForce(
            digest, team.source, team.version or digest[:8], iso(self._now), team.about
        )
        folder = self._files.folder(digest)
        problems, notes = list(team.problems), list[str]()
        after = (folder, written[-1])
        wrong = first_problem(after)
        checked = self._check(folder)
        for finding in checked.findings:
            if _blocks(finding):
                problems.append(finding.words)
            else:
                notes.append(f"{finding.level}: {finding.words}")
        notes += [f"not looked at: {what}: {why}" for what, why in checked.not_looked_at.items()]
        if wrong and not problems:
            problems.append(wrong)
        effect = None
        if not problems and self._leads is not None:
            with suppress(TomlFileError):  # what is there is wrong, and no good set is known
                effect = effect_of(self._leads, self._files.in_force().folders, after)
        old, now = _hooks(self._files.team()), _hooks(folder)
        changes = tuple(changes_between({**_files(written), **old}, {**_files(after), **now}))
        found = PulledRules(new, changes, tuple(problems), tuple(notes), effect, done=False)
        show(found)
        if not problems and not dry_run:
            self._files.put_in_force(new)
            return replace(found, done=True)
        if not any(each.digest == digest for each in self._files.pulled()):
            self._files.prune()
        return found


def _files(folders: Sequence[Path]) -> dict[str, bytes]:
    try:
        return dict(own_files(*folders))
    except OSError:
        return {}  # told as a problem, or the present files are broken already


def _hooks(folder: Path | None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted((folder / HOOKS).glob("*")) if folder else ():
        with suppress(OSError):
            found[f"{HOOKS}/{path.name}"] = read_plain(path, MOST_BYTES)
    return found


def _blocks(finding: Finding) -> bool:
    """Return whether an error is one of the team's files, not of this rep or their token."""
    named = [place for place in finding.places if not place.shipped]
    return finding.level == "error" and any(place.file != "config.toml" for place in named)
