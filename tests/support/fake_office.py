"""The part of the fake desk that looks back: state line, outbox, conflicts, the day's log."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.sla.pauses import SlaPause
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.services.feed.steps import StepView
from sdrdesk.services.lead.waits import Waited
from sdrdesk.services.reports.behind import Behind
from sdrdesk.services.reports.definitions import definitions
from sdrdesk.services.reports.leads import BehindRow
from sdrdesk.services.reports.registry import Report, ReportName
from sdrdesk.services.sync.questions import Answered, QuestionView
from sdrdesk.services.views.block import BlockView
from sdrdesk.services.views.call import CallView
from sdrdesk.services.views.log import LogEntry, LogView, RepTotals
from sdrdesk.services.views.sync import ConflictView, OutboxView, StatusView
from tests.support.fake_leads import NOW
from tests.support.fake_reports import made_report

if TYPE_CHECKING:
    from tests.support.fake_desk import FakeDesk

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
    call: CallView | None = None
    """The call it ended."""
    ended: datetime = NOW


class Part:
    """One noun of the fake desk; the desk holds what the parts share."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk


class FakeStatus(Part):
    def view(self) -> StatusView:
        live = [x for x in self._desk.records if not x.undone]
        return StatusView(
            owner="Rita",
            connection=self._desk.connection,
            detail=self._desk.detail,
            cause=self._desk.cause,
            data_age_s=None if self._desk.connection in ("never", "none") else 12,
            unsent=sum(len(x.items) for x in live),
            blocked=len(self._desk.blocked),
            conflicts=len(self._desk.open_conflicts),
            sla_percent=92,
            encrypted=True,
            encryption_note="",
            demo=self._desk.in_demo,
            block=self._desk.block.current(),
            dials_today=18 + sum(x.activity.kind is ActivityKind.CALL for x in live),
            meetings_today=2
            + sum(
                Flag.MEETING in self._desk.dispositions[x.activity.disposition].flags for x in live
            ),
        )


class FakeBlocks(Part):
    def current(self) -> BlockView | None:
        """Return the block that runs."""
        return None


class FakeOutbox(Part):
    def items(self, *, sent: bool = False, receipts: int | None = None) -> list[OutboxView]:
        found = [
            OutboxView(
                item.key,
                item.kind.value,
                item.lead_id,
                self._desk.by_id[item.lead_id].name,
                self._desk.state_of(x),
                0,
                "",
                "",
                x.activity.at,
                None,
                x.activity.at + GRACE,
                f"{x.label}",
            )
            for x in self._desk.records
            if not x.undone
            for item in x.items
        ]
        done = (
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
                    self._desk.at - timedelta(hours=3),
                    None,
                    None,
                    "No answer",
                ),
            ]
            if sent
            else []
        )
        return [*found, *self._desk.blocked, *done[:receipts]]

    def retry(self, key: str) -> None:
        self._desk.blocked = [
            x._replace(state="queued") if x.key == key else x for x in self._desk.blocked
        ]

    def drop(self, key: str) -> None:
        self._desk.blocked = [x for x in self._desk.blocked if x.key != key]

    def conflicts(self) -> list[ConflictView]:
        return list(self._desk.open_conflicts)

    def settle(self, key: str, take: Literal["mine", "theirs"]) -> None:
        self._desk.settled = (key, take)
        self._desk.open_conflicts = [x for x in self._desk.open_conflicts if x.key != key]


class FakeWall(Part):
    """What the desk's ``wall_lines`` and ``steps_today`` say."""

    def now(self) -> list[str]:
        return list(self._desk.wall_lines)

    def steps(self, log: LogView, *, everybody: bool) -> list[StepView]:
        steps = self._desk.steps_today if log.day == NOW.date().isoformat() else []
        return [step for step in steps if everybody or step.owner_id == ME]


class FakeLog(Part):
    def day(self, day: date, rep: str = "") -> LogView:
        mine = [x for x in self._desk.records if x.activity.at.date() == day and not x.undone]
        lines = [
            LogEntry(
                x.activity.activity_key,
                "",
                ME,
                "Rita Rep",
                x.activity.lead_id,
                self._desk.by_id[x.activity.lead_id].name,
                x.activity.at,
                x.activity.disposition,
                x.label,
                x.activity.duration_s,
                x.activity.note,
                self._desk.state_of(x),
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

    def reps(self) -> list[tuple[str, str]]:
        teams = [(f"team:{key}", f"team {key}") for key in self._desk.teams]
        return [*teams, ("70002", "Omar Haddad"), (ME, "Rita Rep")]

    def members(self, rep: str) -> frozenset[str]:
        return self._desk.teams.get(rep.removeprefix("team:"), frozenset({rep or ME}))

    def _counted(self, key: str, duration_s: int) -> tuple[str, ...]:
        flags = self._desk.dispositions[key].flags
        talked = Flag.INTENDED_PERSON in flags and duration_s >= 60
        found = {
            "dials": True, "connects": Flag.REACHED in flags, "conversations": talked,
            "meetings_set": Flag.MEETING in flags,
        }  # fmt: skip
        return tuple(name for name, counts in found.items() if counts)

    def _totals(self, lines: Sequence[LogEntry], owner_id: str) -> RepTotals:
        own = [x for x in lines if x.owner_id == owner_id]
        flags = [self._desk.dispositions[x.disposition].flags for x in own]
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


class FakeReports(Part):
    def make(
        self,
        name: ReportName,
        first: date,
        last: date,
        whose: str = "",
        *,
        against: bool = False,
    ) -> Report:
        made = made_report(name, first, last, whose, against=against)
        ids = tuple(list(self._desk.by_id)[:3])
        return replace(made, numbers=lambda: (Behind("never attempted", ids),))

    def rows(self, lead_ids: Sequence[str]) -> list[BehindRow]:
        leads = [self._desk.by_id[i] for i in lead_ids if i in self._desk.by_id]
        return [
            BehindRow(lead.lead_id, lead.name, lead.job_title, "Acme", "Rita Rep", lead.fit, "")
            for lead in leads
        ]

    def save_view(self, name: str, text: str, lead_ids: Sequence[str]) -> str:
        self._desk.views_saved.append((name, text, tuple(lead_ids)))
        return name

    def export(self, path: Path, lead_ids: Sequence[str]) -> None:
        path.write_text("\n".join(lead_ids), encoding="utf-8")

    def definitions(self) -> Sequence[tuple[str, str]]:
        return tuple(definitions(SlaTargets()).items())


class FakeWaits(Part):
    """Waits on the customer, in memory."""

    def running(self, lead_id: str) -> SlaPause | None:
        return self._desk.waits_now.get(lead_id)

    def start(self, lead_id: str, reason: str, until: datetime) -> Waited:
        self._desk.waits_now[lead_id] = SlaPause(self._desk.at, until, reason)
        return Waited(lead_id, self._desk.by_id[lead_id].name, reason, until)

    def end(self, lead_id: str) -> Waited:
        ended = self._desk.waits_now.pop(lead_id)
        return Waited(lead_id, self._desk.by_id[lead_id].name, ended.reason, None)


class FakeComments(Part):
    def told(self, lead_id: str) -> int:
        self._desk.comments_told.append(lead_id)
        return 1

    def add(self, activity_key: str, words: str, *, upstream: bool) -> str:
        self._desk.comments_made.append((activity_key, words, upstream))
        if upstream:
            return "Comment saved. It will be sent to the CRM as a note."
        return "Comment saved on this machine only."


class FakeQuestions(Part):
    """Questions about leads that changed hands, as a test sets them."""

    def open(self) -> list[QuestionView]:
        return list(self._desk.asked)

    def answer(self, keys: Sequence[str], how: str) -> Answered:
        chosen = [q for q in self._desk.asked if q.key in keys]
        self._desk.answers += [(q.key, how) for q in chosen]
        self._desk.asked = [q for q in self._desk.asked if q not in chosen]
        return Answered(len(chosen), sum(len(q.keys) for q in chosen))
