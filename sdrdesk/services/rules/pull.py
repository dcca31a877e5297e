"""Brings a team's rules: check, compare, try on the leads here, then all at once or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.check.folder import Checked
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.rules.changes import Change, changes_between
from sdrdesk.services.rules.source import TeamFolder

_TOP = 10
"""Leads at the top of the queue that are compared."""
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Effect:
    """The queue of this moment by both sets."""

    callable_before: int
    callable_after: int
    top_before: tuple[str, ...]
    """Names of the first leads."""
    top_after: tuple[str, ...]

    @property
    def words(self) -> str:
        """The comparison in one line."""
        new = [name for name in self.top_after if name not in self.top_before]
        moved = f"; new in the first {_TOP}: {', '.join(new)}" if new else ""
        order = "" if new or self.top_before == self.top_after else "; another order at the top"
        return f"Queue now: {self.callable_before} → {self.callable_after} callable{moved}{order}"


@dataclass(frozen=True, slots=True)
class Pulled:
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
            "queue": None
            if effect is None
            else {
                "callable_before": effect.callable_before,
                "callable_after": effect.callable_after,
                "top_before": list(effect.top_before),
                "top_after": list(effect.top_after),
            },
        }

    def lines(self) -> list[str]:
        """Return the result for a terminal."""
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
            found.append(self.effect.words)
        if self.done:
            found.append(
                "In force now. An open workbench takes them over between two calls; "
                "back: sdrdesk rules rollback"
            )
            if any(c.file.startswith(HOOKS) and c.what != "removed" for c in self.changes):
                found.append("Hooks run only after you agree to them: sdrdesk hooks list")
        elif self.problems:
            found.append("Nothing was changed: the rules in force stay.")
        else:
            found.append("Nothing was changed: this is a dry run.")
        return found


class RulesPull:
    """Pulls for one machine.

    Args:
        files: the sets of this machine.
        check: the check of a folder.
        now: the present moment.
        queue_by: makes a queue of other rules; ``None`` without leads to try them on.
    """

    def __init__(
        self,
        files: RuleFiles,
        check: Callable[[Path], Checked],
        now: datetime,
        queue_by: Callable[[Rulebook], QueueService] | None = None,
    ) -> None:
        self._files = files
        self._check = check
        self._now = now
        self._queue_by = queue_by

    def run(self, team: TeamFolder, *, dry_run: bool = False) -> Pulled:
        """Check and compare ``team``, and put it in force unless something is wrong.

        What is checked is the stored copy, so what counts later is what was looked at.
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
        if not problems and self._queue_by is not None:
            effect = self._effect(Rulebook(written), Rulebook(after))
        old, now = _hooks(self._files.team()), _hooks(folder)
        changes = tuple(changes_between({**_files(written), **old}, {**_files(after), **now}))
        done = not problems and not dry_run
        if done:
            self._files.put_in_force(new)
        elif not any(each.digest == digest for each in self._files.pulled()):
            self._files.prune()
        return Pulled(new, changes, tuple(problems), tuple(notes), effect, done)

    def _effect(self, before: Rulebook, after: Rulebook) -> Effect | None:
        assert self._queue_by is not None  # noqa: S101 - for the type checker
        views = []
        for book in (after, before):  # the indices on disk are left as the rules in force want them
            queue = self._queue_by(book)
            found = queue.snapshot(first=_TOP)
            rows = queue.rows(found, 0, _TOP)
            views.append((queue.funnel().callable, tuple(row.name for row in rows)))
        (count_after, top_after), (count_before, top_before) = views
        return Effect(count_before, count_after, top_before, top_after)


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
