"""The result of a sync, as in ``sync --json``, and its progress."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Self

from sdrdesk.domain.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Pulled:
    """Records that were pulled."""

    contacts: int = 0
    companies: int = 0
    owners: int = 0
    calls: int = 0
    tasks: int = 0
    """Tasks, notes, meetings, e-mails and messages."""
    deleted: int = 0
    merged: int = 0

    def __add__(self, other: Pulled) -> Pulled:
        return Pulled(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Pulled)))


@dataclass(frozen=True, slots=True)
class Pushed:
    """Results of the outbox."""

    sent: int = 0
    blocked: int = 0
    """Refused in this run, or waiting for an answer since."""
    left: int = 0
    """Still waiting: held, queued or sending."""
    doubted: int = 0
    """Checked at the CRM first, because this database was restored or copied."""
    released: int = 0
    """Blocked by an older version because of a network's login page; queued again."""
    asked: int = 0
    """Of the blocked ones, those that wait for an answer because their lead changed hands."""
    lacking: tuple[str, ...] = ()
    """Rights that the user lacks for some of what waits, each in a sentence."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """Progress of one phase; ``total`` is ``None`` when unknown."""

    phase: str
    done: int
    total: int | None
    elapsed_s: float

    @property
    def rate(self) -> float:
        """Records per second."""
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def remaining_s(self) -> float | None:
        """Seconds left at this rate, ``None`` unknown."""
        if self.total is None or self.rate <= 0:
            return None
        return max(0, self.total - self.done) / self.rate


@dataclass(frozen=True, slots=True)
class SyncReport:
    """One push and one pull."""

    pulled: Pulled
    pushed: Pushed
    requests: int
    conflicts: int
    """Open ones, after this run."""
    duration_s: float
    fresh_lead_ids: tuple[str, ...] = ()
    """Leads whose latest conversion arrived with this run; not part of the JSON."""
    problems: tuple[str, ...] = ()
    """Other problems that need a person."""
    left_out: int = 0
    """Records with a value that could not be stored, after this run."""
    unread: tuple[str, ...] = ()
    """Kinds of record that the token may not read, each in a sentence."""
    blocked: int = 0
    """Refused in any run and still waiting for a person, after this run."""
    asked: int = 0
    """Of them, those that wait for an answer because their lead changed hands."""

    @property
    def exit(self) -> int:
        """0, or 5 when something needs a person."""
        needs = self.conflicts or self.blocked or self.problems
        return int(ExitCode.NEEDS_PERSON if needs else ExitCode.DONE)

    def with_problem(self, problem: str) -> Self:
        """Return the report with one more problem that needs a person; ``""`` adds none."""
        return replace(self, problems=(*self.problems, problem)) if problem else self

    def to_json(self) -> dict[str, object]:
        """Return the JSON of ``sync --json``."""
        return {
            "pulled": asdict(self.pulled),
            "pushed": {
                "sent": self.pushed.sent,
                "blocked": self.pushed.blocked,
                "left": self.pushed.left,
            },
            "requests": self.requests,
            "conflicts": self.conflicts,
            "blocked": self.blocked,
            "asked": self.asked,
            "left_out": self.left_out,
            "unread": list(self.unread),
            "duration_s": self.duration_s,
            "exit": self.exit,
            "problems": list(self.problems),
        }
