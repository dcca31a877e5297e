"""What a sync did: the numbers of ``sync --json``, and progress on the way."""

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
    """Tasks, notes and meetings."""
    deleted: int = 0
    merged: int = 0

    def __add__(self, other: Pulled) -> Pulled:
        return Pulled(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Pulled)))


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of the outbox."""

    sent: int = 0
    blocked: int = 0
    """Refused in this run."""
    left: int = 0
    """Still waiting: held back, queued, or on their way."""
    doubted: int = 0
    """Looked for at the CRM first, because this database was put back or copied."""
    released: int = 0
    """Blocked by an older version because a page of the network answered; on their way again."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """Something a person may watch. ``total`` is ``None`` when nobody knows it."""

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
        """Seconds that are left at this rate, ``None`` unknown."""
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
    exit: int
    """0, or 5 when something needs a person."""
    fresh_lead_ids: tuple[str, ...] = ()
    """Leads whose latest conversion arrived with this run; not part of the JSON."""
    problems: tuple[str, ...] = ()
    """What else needs a person, in words."""
    left_out: int = 0
    """Records of which a value could not be held, after this run."""
    blocked: int = 0
    """Refused in any run and still waiting for a person, after this run."""

    @classmethod
    def of(
        cls,
        pulled: Pulled,
        pushed: Pushed,
        *,
        requests: int,
        conflicts: int,
        blocked: int,
        duration_s: float,
        fresh: tuple[str, ...],
        left_out: int = 0,
    ) -> Self:
        """Return the report, with the exit code that follows from what waits for a person."""
        needs = conflicts > 0 or blocked > 0
        code = ExitCode.NEEDS_PERSON if needs else ExitCode.DONE
        took_s = round(duration_s, 3)
        return cls(
            pulled,
            pushed,
            requests,
            conflicts,
            took_s,
            int(code),
            fresh,
            left_out=left_out,
            blocked=blocked,
        )

    def with_problem(self, problem: str) -> Self:
        """Return the report with one more thing that needs a person; ``""`` is none."""
        if not problem:
            return self
        found = (*self.problems, problem)
        return replace(self, problems=found, exit=int(ExitCode.NEEDS_PERSON))

    def to_json(self) -> dict[str, object]:
        """Return exactly the shape of ``sync --json``."""
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
            "left_out": self.left_out,
            "duration_s": self.duration_s,
            "exit": self.exit,
            "problems": list(self.problems),
        }
