"""The part of the fake desk that looks back: state line, outbox, conflicts, the day's log."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag, parse_dispositions
from sdrdesk.domain.sla.targets import Targets
from sdrdesk.services.reports.definitions import definitions
from sdrdesk.services.reports.registry import Report, ReportName
from sdrdesk.services.views.block import BlockView
from sdrdesk.services.views.desk import (
    ConflictView,
    LogEntry,
    LogView,
    OutboxView,
    RepTotals,
    StatusView,
)
from tests.support.fake_leads import NOW, believable
from tests.support.fake_reports import made_report

ME = "70001"
GRACE = timedelta(seconds=30)


def shipped(name: str) -> dict[str, object]:
    """Return one of the configuration files that ship."""
    return tomllib.loads(files("sdrdesk.defaults").joinpath(name).read_text("utf-8"))


@dataclass
class Recorded:
    """One outcome, with the state needed to undo it."""

    activity: Activity
    items: tuple[OutboxItem, ...]
    before: Lead
    label: str
    undone: bool = False


@dataclass
class Office:
    """Recorded outcomes and their state."""

    leads: list[Lead] = field(default_factory=believable)
    at: datetime = NOW
    connection: Literal["online", "offline", "never", "refused", "syncing", "none"] = "online"
    detail: str = ""
    blocked: list[OutboxView] = field(default_factory=list)
    open_conflicts: list[ConflictView] = field(default_factory=list)
    in_demo: bool = False

    def __post_init__(self) -> None:
        self.dispositions = parse_dispositions(shipped("dispositions.toml"))
        self.by_id = {lead.lead_id: lead for lead in self.leads}
        self.records: list[Recorded] = []
        self.comments: list[tuple[str, str, bool]] = []
        self.settled: tuple[str, str] | None = None

    def _state(self, record: Recorded) -> str:
        return "held" if self.at < record.activity.at + GRACE else "queued"

    def status(self) -> StatusView:
        live = [x for x in self.records if not x.undone]
        return StatusView(
            owner="Rita",
            connection=self.connection,
            detail=self.detail,
            data_age_s=None if self.connection in ("never", "none") else 12,
            unsent=sum(len(x.items) for x in live),
            blocked=len(self.blocked),
            conflicts=len(self.open_conflicts),
            sla_percent=92,
            encrypted=True,
            encryption_note="",
            demo=self.in_demo,
            block=self.block_view(),
            dials_today=18 + sum(x.activity.kind is ActivityKind.CALL for x in live),
            meetings_today=2
            + sum(Flag.MEETING in self.dispositions[x.activity.disposition].flags for x in live),
        )

    def block_view(self) -> BlockView | None:
        """Return the block that runs."""
        return None

    def outbox(self, sent: bool = False) -> list[OutboxView]:
        found = [
            OutboxView(
                item.key,
                item.kind.value,
                item.lead_id,
                self.by_id[item.lead_id].name,
                self._state(x),
                0,
                "",
                "",
                x.activity.at,
                None,
                x.activity.at + GRACE,
                f"{x.label}",
            )
            for x in self.records
            if not x.undone
            for item in x.items
        ]
        receipts = (
            [
                OutboxView(
                    "r1",
                    "call",
                    "106",
                    "Marco Bianchi",
                    "sent",
                    1,
                    "",
                    "88112233445",
                    self.at - timedelta(hours=3),
                    None,
                    None,
                    "No answer",
                ),
            ]
            if sent
            else []
        )
        return [*found, *self.blocked, *receipts]

    def retry(self, key: str) -> None:
        self.blocked = [x._replace(state="queued") if x.key == key else x for x in self.blocked]

    def drop(self, key: str) -> None:
        self.blocked = [x for x in self.blocked if x.key != key]

    def conflicts(self) -> list[ConflictView]:
        return list(self.open_conflicts)

    def settle(self, key: str, take: Literal["mine", "theirs"]) -> None:
        self.settled = (key, take)
        self.open_conflicts = [x for x in self.open_conflicts if x.key != key]

    def log(self, day: date, rep: str = "") -> LogView:
        mine = [x for x in self.records if x.activity.at.date() == day and not x.undone]
        lines = [
            LogEntry(
                x.activity.activity_key,
                "",
                ME,
                "Rita Rep",
                x.activity.lead_id,
                self.by_id[x.activity.lead_id].name,
                x.activity.at,
                x.activity.disposition,
                x.label,
                x.activity.duration_s,
                x.activity.note,
                self._state(x),
            )
            for x in mine
        ]
        others = []
        if day == NOW.date():
            at = NOW.replace(hour=9, minute=9)
            others = [
                LogEntry(
                    "o1",
                    "88112233445",
                    "70002",
                    "Omar Haddad",
                    "106",
                    "Marco Bianchi",
                    at,
                    "no_answer",
                    "No answer",
                    22,
                    "rang out",
                    "sent",
                )
            ]
        if rep != "all":
            others = [x for x in others if x.owner_id == (rep or ME)]
            lines = [x for x in lines if x.owner_id == (rep or ME)]
        lines = sorted([*others, *lines], key=lambda x: x.at)
        lines = [x._replace(counted=self._counted(x.disposition, x.duration_s)) for x in lines]
        return LogView(
            day.isoformat(),
            "Europe/Dublin",
            tuple(self._totals(lines, who) for who in sorted({x.owner_id for x in lines})),
            tuple(lines),
        )

    def report(self, name: ReportName, first: date, last: date) -> Report:
        return made_report(name, first, last)

    def definitions(self) -> Sequence[tuple[str, str]]:
        return tuple(definitions(Targets()).items())

    def comment(self, activity_key: str, words: str, *, upstream: bool) -> str:
        self.comments.append((activity_key, words, upstream))
        return "Kept, and on its way." if upstream else "Kept on this machine only."

    def reps(self) -> list[tuple[str, str]]:
        return [("70002", "Omar Haddad"), (ME, "Rita Rep")]

    def _counted(self, key: str, duration_s: int) -> tuple[str, ...]:
        flags = self.dispositions[key].flags
        talked = Flag.INTENDED_PERSON in flags and duration_s >= 60
        found = {
            "dials": True, "connects": Flag.REACHED in flags, "conversations": talked,
            "meetings_set": Flag.MEETING in flags,
        }  # fmt: skip
        return tuple(name for name, counts in found.items() if counts)

    def _totals(self, lines: Sequence[LogEntry], owner_id: str) -> RepTotals:
        own = [x for x in lines if x.owner_id == owner_id]
        flags = [self.dispositions[x.disposition].flags for x in own]
        return RepTotals(
            owner_id,
            own[0].owner,
            len(own),
            sum(Flag.REACHED in f for f in flags),
            sum(
                Flag.INTENDED_PERSON in f and x.duration_s >= 60
                for f, x in zip(flags, own, strict=True)
            ),
            sum(Flag.MEETING in f for f in flags),
            sum(x.duration_s for x in own),
            0,
            dict(Counter(x.disposition for x in own)),
            hours=tuple(
                sum(x.at.astimezone(ZoneInfo("Europe/Dublin")).hour == hour for x in own)
                for hour in range(24)
            ),
        )
