"""The account of ``crm_month`` as its API tells it, and what follows from that.

Nothing here reads the database or uses the product's rules: labels, flags and lengths are written
down as a person would.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.sla.sla import SlaConfig, parse_sla
from sdrdesk.domain.team.team import TeamFile
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import make_report
from sdrdesk.store.database.database import Database
from tests.domain import shipped
from tests.services.reports.crm_month import GUIDS, MIDDLE, NOW, STAGES, read_all

HERE, THERE = ZoneInfo("Europe/Dublin"), ZoneInfo("America/New_York")
ZONES = {"70002": THERE}
FIRST, LAST = date(2026, 10, 14), date(2026, 11, 18)
OUTCOMES = parse_dispositions(shipped.data("dispositions"))
KEYS = {
    "Busy": "busy", "No answer": "no_answer", "Left voicemail": "left_voicemail",
    "Wrong number": "wrong_number", "Left live message": "gatekeeper", "Connected": "Connected",
    "": "",
}  # fmt: skip
TITLED = {
    "Meeting set": "meeting_set", "Qualified": "qualified", "Not interested": "not_interested",
    "Callback": "callback",
}  # fmt: skip
WEEK = timedelta(days=7)
OR = {"phone": "mobilephone", "company": "associatedcompanyid"}


@dataclass(frozen=True)
class Call:
    id: str
    owner: str
    leads: frozenset[str]
    at: datetime
    outcome: str
    seconds: int
    made: bool
    incoming: bool

    @property
    def dialled(self) -> bool:
        return self.made and not self.incoming

    @property
    def reached(self) -> bool:
        return self.outcome in ("gatekeeper", "Connected", *TITLED.values())

    @property
    def spoke(self) -> bool:
        return self.reached and self.outcome != "gatekeeper"


@dataclass(frozen=True)
class Booked:
    owner: str
    made: datetime
    begins: datetime
    leads: frozenset[str]
    call: Call | None
    """The last call of the week before that spoke with them."""


class Crm:
    """The account as its API tells it."""

    def __init__(self, contacts: list[Any], calls: list[Any], meetings: list[Any]) -> None:
        self.leads = {row["id"]: row for row in contacts if row.get("recent_conversion_date")}
        self.calls = [self._call(row) for row in calls]
        self.meetings = meetings
        stand: list[Any] = []
        gone: list[Any] = []
        for row in sorted(meetings, key=lambda row: (moment(row["hs_createdate"]), row["id"])):
            (gone if row["hs_meeting_outcome"] == "CANCELED" else stand).append(row)
        self._taken: dict[str, list[str]] = {}
        self._goes_to: dict[str, Call | None] = {}
        for row in sorted(meetings, key=lambda row: (moment(row["hs_createdate"]), row["id"])):
            self._goes_to[row["id"]] = self._origin(row)
        lost = {self._goes_to[row["id"]] for row in gone} - {self._goes_to[r["id"]] for r in stand}
        self.cancelled = {c.id for c in lost if c is not None and c.outcome == "meeting_set"}
        booked = [
            Booked(
                row.get("hubspot_owner_id") or "", moment(row["hs_createdate"]),
                moment(row["hs_meeting_start_time"]), frozenset(row["contacts"]),
                self._goes_to[row["id"]],
            )
            for row in stand
        ]  # fmt: skip
        self.alone = [one for one in booked if one.call is None]
        firsts: dict[str, Booked] = {}
        for one in booked:
            if one.call is not None and one.call.outcome != "meeting_set":
                firsts.setdefault(one.call.id, one)
        self.credited = list(firsts.values())
        self.stand = booked

    def _call(self, row: Any) -> Call:
        label = next(
            name for name, guid in GUIDS.items() if guid == (row.get("hs_call_disposition") or "")
        )
        at = moment(row["hs_timestamp"])
        title = (row.get("hs_call_title") or "").split(" · ")[0]
        not_made = ("QUEUED", "FAILED", "CANCELED", "MISSED", "CALLING_CRM_USER")
        return Call(
            row["id"], row.get("hubspot_owner_id") or "", frozenset(row["contacts"]), at,
            TITLED.get(title, KEYS[label]) if label == "Connected" else KEYS[label],
            int(row.get("hs_call_duration") or 0) // 1_000,
            row["hs_call_status"] not in not_made and at <= NOW,
            row["hs_call_direction"] == "INBOUND",
        )  # fmt: skip

    def call_of(self, row: Any) -> Call | None:
        """Return the call a meeting came from."""
        return self._goes_to[row["id"]]

    def due(self, result: str) -> list[tuple[str, datetime]]:
        """Return rep and moment of the meetings with a result that were due, whenever made."""
        due = [row for row in self.meetings if row["hs_meeting_outcome"] == result]
        calls = [self._goes_to[row["id"]] for row in due]
        return [
            (call.owner if call else row["hubspot_owner_id"] or "", moment(row["hs_timestamp"]))
            for row, call in zip(due, calls, strict=True)
        ]

    def _origin(self, row: Any) -> Call | None:
        made = moment(row["hs_createdate"])
        near = sorted(
            (
                call
                for call in self.calls
                if call.made and call.spoke and call.leads & row["contacts"]
                and timedelta(0) <= made - call.at <= WEEK
            ),
            key=lambda call: (call.at, call.id),
        )  # fmt: skip
        free = [c for c in near if c.outcome == "meeting_set" and c.id not in self._taken]
        chosen = next(reversed(free or near), None)
        if chosen is not None:
            self._taken.setdefault(chosen.id, []).append(row["id"])
        return chosen


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def everything(sandbox: Any) -> Crm:
    links = "&associations=contacts"
    dates = [f"hs_lifecyclestage_{stage}_date" for stage in STAGES]
    contacts = (
        "email", "jobtitle", "phone", "company", "country", "lifecyclestage", "hubspot_owner_id",
        "hs_lead_status", "hs_latest_source", "recent_conversion_date", "first_conversion_date",
        *OR.values(), *dates,
    )  # fmt: skip
    calls = (
        "hs_timestamp", "hs_call_disposition", "hs_call_title", "hs_call_status",
        "hs_call_duration", "hs_call_direction", "hubspot_owner_id",
    )  # fmt: skip
    meetings = (
        "hs_createdate", "hs_timestamp", "hs_meeting_start_time", "hs_meeting_outcome",
        "hubspot_owner_id",
    )  # fmt: skip
    return Crm(
        read_all(sandbox, "contacts", contacts),
        read_all(sandbox, "calls", calls, links),
        read_all(sandbox, "meetings", meetings, links),
    )


def sla() -> SlaConfig:
    found = shipped.data("sla")
    found["rep_time_zones"] = {owner: zone.key for owner, zone in ZONES.items()}
    return parse_sla(found, shipped.windows().calendars).in_zone("Europe/Dublin")


def report(
    db: Database, name: Any, by: Any = None, *, team: TeamFile | None = None, last: date = LAST
) -> Any:
    reader = Reader(db, OUTCOMES, sla(), HERE, lambda: NOW, team=lambda: team or TeamFile())
    return make_report(reader, name, FIRST, last, by).json


def local_day(at: datetime, zone: ZoneInfo = HERE) -> date:
    return at.astimezone(zone).date()


def in_span(at: datetime, first: date = FIRST, last: date = LAST) -> bool:
    return first <= local_day(at) <= last


def counts(crm: Crm, calls: Sequence[Call], booked: Sequence[Booked], alone: int) -> dict[str, Any]:
    """Count some calls, meetings credited to a call, and meetings without one."""
    dials = [c for c in calls if c.dialled]
    taken = [c for c in calls if c.made]
    met = [c for c in taken if c.outcome == "meeting_set"]
    return {
        "dials": len(dials),
        "connects": sum(c.reached for c in dials),
        "conversations": sum(c.spoke and c.seconds >= 60 for c in dials),
        "meetings_set": len([c for c in met if c.id not in crm.cancelled]) + len(booked),
        "talk_s": sum(c.seconds for c in dials),
        "incoming": sum(c.made and c.incoming for c in calls),
        "not_made": sum(not c.made for c in calls),
        "meetings_without_call": alone,
        "outcomes": dict(Counter(c.outcome for c in dials)),
    }


def waits(crm: Crm, first: date = FIRST, last: date = LAST) -> list[dict[str, Any]]:
    """Return what became of each lead since its latest conversion in the span."""
    found = []
    for lead_id, row in crm.leads.items():
        dates = {moment(row["recent_conversion_date"]), moment(row["first_conversion_date"])}
        times = sorted(at for at in dates if in_span(at, first, last))
        if not times:
            continue
        since = times[-1]
        mine = sorted(
            (c for c in crm.calls if lead_id in c.leads and c.made and c.at >= since),
            key=lambda c: (c.at, c.id),
        )
        done = [c for c in mine if c.dialled or c.reached]
        won = [c.at for c in mine if c.outcome in ("meeting_set", "qualified")]
        won += [m.made for m in crm.credited if lead_id in m.leads and m.made >= since]
        latest = since == max(dates)
        found.append(
            {
                "row": row, "since": since, "conversions": len(times), "done": done,
                "attempt": next((c.at for c in done), None),
                "contact": next((c.at for c in done if c.reached), None),
                "qualified": min(won, default=None),
                # The desk fetched twice; it knows of what came in between when that came.
                "seen": NOW if latest and since >= MIDDLE else None,
            }
        )  # fmt: skip
    return found


def ranks(values: Sequence[float]) -> dict[str, int | None]:
    ordered = sorted(math.floor(value) for value in values)
    if not ordered:
        return {"p50": None, "p90": None, "p95": None}
    return {f"p{p}": ordered[math.ceil(len(ordered) * p / 100) - 1] for p in (50, 90, 95)}


def office_s(start: datetime, end: datetime) -> float:
    """Count Monday to Friday, 08:00 to 18:00 in Dublin."""
    total, day = 0.0, local_day(start)
    while day <= local_day(end):
        if day.weekday() < 5:
            opens, closes = (datetime.combine(day, time(h), HERE).timestamp() for h in (8, 18))
            total += max(0.0, min(closes, end.timestamp()) - max(opens, start.timestamp()))
        day += timedelta(days=1)
    return total


def came_to(w: dict[str, Any], stages: Sequence[str]) -> bool:
    row = w["row"]
    if row["lifecyclestage"] not in stages:
        return False
    passed = STAGES[: STAGES.index(row["lifecyclestage"]) + 1]
    dates = [row.get(f"hs_lifecyclestage_{s}_date") for s in passed if s in stages]
    return any(at and moment(at) >= w["since"] for at in dates)
