"""A month at a CRM with everything that makes numbers doubtful, and that month read from its API.

The month is put in through the sandbox's controls, in two halves: the desk begins between them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.sandbox import Sandbox

START = datetime(2026, 10, 12, tzinfo=UTC)
"""Dublin's clocks go back on 25 October."""
MIDDLE = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
"""When the desk fetches for the first time."""
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
REPS = ("70001", "70002", "70003", "")
GUIDS = {
    "Busy": "9d9162e7-6cf3-4944-bf63-4dff82258764",
    "Connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "Left live message": "a4c4c377-d246-4b32-a13b-75a56a4cd0ff",
    "Left voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
    "No answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
    "Wrong number": "17b47fee-58de-441e-a44c-c6300d46f273",
    "": "",
}
TITLES = ("Meeting set", "Qualified", "Not interested", "Callback", "")
"""Titles that a colleague's sdrdesk writes on calls that connected; "" is another tool's."""
NOT_MADE = ("QUEUED", "FAILED", "CANCELED", "MISSED", "CALLING_CRM_USER")
STAGES = (
    "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer",
)  # fmt: skip
LENGTHS = (0, 400, 30_000, 59_900, 59_999, 60_000, 61_500, 400_000)


@dataclass
class Half:
    """Records to put in at one time."""

    records: list[dict[str, Any]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """(kind, id, id of the contact)."""
    edits: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """(id of a contact, properties)."""


class Month:
    """Made-up leads, calls and meetings; the same seed makes the same month."""

    def __init__(self, seed: int, leads: int = 50, calls: int = 260, meetings: int = 40) -> None:
        self._dice = random.Random(seed)
        self._ids = iter(range(910_000, 999_999))
        self.halves = (Half(), Half())
        self._leads: list[tuple[str, datetime]] = []
        self._late: set[str] = set()
        for number in range(leads):
            self._lead(number)
        made = [self._call() for _ in range(calls)]
        self._odd_calls(made)
        for number in range(meetings):
            self._meeting(made, number)

    def _moment(self, low: datetime, high: datetime) -> datetime:
        return low + timedelta(seconds=self._dice.randrange(int((high - low).total_seconds())))

    def _add(
        self, kind: str, made: datetime, properties: dict[str, str], ids: Sequence[str]
    ) -> str:
        late = made >= MIDDLE or any(lead_id in self._late for lead_id in ids)
        half = self.halves[late]
        # The second half is new to the CRM when the desk looks again.
        seen = max(made, MIDDLE) if late else made
        record_id = str(next(self._ids))
        if kind == "contacts" and late:
            self._late.add(record_id)
        half.records.append(
            {
                "type": kind, "id": record_id, "properties": properties,
                "createdAt": iso(made), "updatedAt": iso(min(seen, NOW)),
            }
        )  # fmt: skip
        half.links += [(kind, record_id, lead_id) for lead_id in ids]
        return record_id

    def _lead(self, number: int) -> None:
        dice = self._dice
        first = self._moment(START, NOW - timedelta(hours=2))
        stage = dice.choice(STAGES)
        owner = dice.choice(REPS)
        properties = {
            "firstname": f"Ada {number}", "lastname": "Lovelace", "email": f"ada{number}@a.example",
            "company": dice.choice(("", "Engines")), "jobtitle": dice.choice(("", "CTO")),
            "country": "IE", "phone": dice.choice(("", "+35315550100")),
            "lifecyclestage": stage, "hubspot_owner_id": owner,
            "hs_lead_status": dice.choice(("NEW", "UNQUALIFIED", "CONNECTED")),
            "hs_latest_source": dice.choice(("PAID_SEARCH", "REFERRALS")),
            "recent_conversion_date": iso(first), "first_conversion_date": iso(first),
            "recent_conversion_event_name": "Demo", "num_conversion_events": "1",
            **self._dates(stage, first),
        }  # fmt: skip
        lead_id = self._add("contacts", first, properties, ())
        self._leads.append((lead_id, first))
        if first < MIDDLE and dice.random() < 0.4:  # they come back while the desk watches
            again = self._moment(MIDDLE, NOW - timedelta(hours=1))
            later = {"recent_conversion_date": iso(again), "num_conversion_events": "2"}
            self.halves[1].edits.append((lead_id, later))

    def _dates(self, stage: str, converted: datetime) -> dict[str, str]:
        """Return when the stages were entered: long before, since, or unknown to the CRM."""
        at = converted - timedelta(days=self._dice.choice((0, 0, 30, 90)), hours=1)
        found = {}
        for name in STAGES[: STAGES.index(stage) + 1]:
            at += timedelta(hours=self._dice.randrange(1, 60))
            if self._dice.random() < 0.85 and at < NOW:
                found[f"hs_lifecyclestage_{name}_date"] = iso(at)
        return found

    def _call(self) -> tuple[datetime, str, str]:
        dice = self._dice
        lead_id, first = dice.choice(self._leads)
        at = self._moment(max(START, first - timedelta(days=3)), NOW)
        if dice.random() < 0.25:
            at = first + timedelta(seconds=dice.randrange(5, 2_000))
        at = min(at, NOW - timedelta(minutes=1))
        label = dice.choice([*GUIDS, "Connected", "Connected", "No answer"])
        title = dice.choice(TITLES) if label == "Connected" else ""
        status = dice.choice(("COMPLETED",) * 6 + NOT_MADE)
        ids = [lead_id]
        if dice.random() < 0.15:
            ids += [other for other, _ in dice.sample(self._leads, 2) if other != lead_id]
        properties = {
            "hs_timestamp": iso(at), "hs_call_disposition": GUIDS[label],
            "hs_call_title": f"{title} · Ada · Engines" if title else "Call with Ada",
            "hs_call_status": status, "hs_call_duration": str(dice.choice(LENGTHS)),
            "hs_call_direction": "INBOUND" if dice.random() < 0.12 else "OUTBOUND",
            "hubspot_owner_id": dice.choice(REPS),
        }  # fmt: skip
        self._add("calls", at + timedelta(minutes=2), properties, ids)
        return at, lead_id, label

    def _odd_calls(self, made: list[tuple[datetime, str, str]]) -> None:
        """Add calls that lie ahead, one of 26 hours, and some that a second tool logged too."""
        dice = self._dice
        for number in range(8):
            lead_id, _ = dice.choice(self._leads)
            ahead = NOW + timedelta(minutes=5 + 700 * number)
            self._add("calls", NOW - timedelta(hours=1), self._plain(ahead, "No answer"), [lead_id])
        for at, lead_id, label in dice.sample(made, 8):
            again = at + timedelta(seconds=dice.choice((0, 30)))
            self._add("calls", at + timedelta(minutes=5), self._plain(again, label), [lead_id])
        at, lead_id, _ = made[0]
        endless = self._plain(at, "Connected") | {"hs_call_duration": str(26 * 3_600_000)}
        self._add("calls", at + timedelta(minutes=1), endless, [lead_id])

    def _plain(self, at: datetime, label: str) -> dict[str, str]:
        return {
            "hs_timestamp": iso(at), "hs_call_disposition": GUIDS[label],
            "hs_call_title": "Call with Ada", "hs_call_status": "COMPLETED",
            "hs_call_duration": "45000", "hs_call_direction": "OUTBOUND",
            "hubspot_owner_id": "70001",
        }  # fmt: skip

    def _meeting(self, calls: list[tuple[datetime, str, str]], number: int) -> None:
        """Book a meeting: minutes, days or weeks after a call, or out of the blue."""
        dice = self._dice
        at, lead_id, _ = dice.choice([c for c in calls if c[2] == "Connected"])
        wait = dice.choice((5, 60, 3_000, 10_079, 10_080, 10_081, 20_000))  # minutes; 7 days
        made = at + timedelta(minutes=wait)
        if number % 8 == 0 or made > NOW:
            made = self._moment(START, NOW)
        begins = made + timedelta(days=dice.randrange(1, 9))
        result = dice.choice(("SCHEDULED", "COMPLETED", "NO_SHOW", "RESCHEDULED", "CANCELED"))
        properties = {
            "hs_timestamp": iso(begins), "hs_meeting_start_time": iso(begins),
            "hs_meeting_title": "Demo", "hs_meeting_outcome": result,
            "hubspot_owner_id": dice.choice(REPS),
        }  # fmt: skip
        self._add("meetings", made, properties, [lead_id])
        if number % 10 == 0:  # a second one at that very moment
            self._add("meetings", made + timedelta(minutes=1), properties, [lead_id])


def put(sandbox: Sandbox, half: Half) -> None:
    """Put records, links and edits into the account."""
    sandbox.control("records", {"records": half.records})
    for kind, record_id, lead_id in half.links:
        ends = {"from": {"type": kind, "id": record_id}, "to": {"type": "contacts", "id": lead_id}}
        sandbox.control("associate", ends)
    for lead_id, properties in half.edits:
        sandbox.control("edit", {"type": "contacts", "id": lead_id, "properties": properties})


def read_all(sandbox: Sandbox, kind: str, names: Sequence[str], links: str = "") -> list[Any]:
    """Return every record of a kind from the API, with the ids of its contacts as ``contacts``."""
    return list(_pages(sandbox, kind, names, links))


def _pages(sandbox: Sandbox, kind: str, names: Sequence[str], links: str) -> Iterator[Any]:
    after = ""
    while True:
        query = f"limit=100&properties={','.join(names)}{links}{after}"
        answer = sandbox.get(f"/crm/objects/2026-09/{kind}?{query}")
        assert answer.status == 200, answer.text
        for row in answer.json["results"]:
            linked = row.get("associations", {}).get("contacts", {}).get("results", [])
            yield {**row["properties"], "id": row["id"], "contacts": {x["id"] for x in linked}}
        following = answer.json.get("paging", {}).get("next", {}).get("after")
        if not following:
            return
        after = f"&after={following}"


def iso(moment: datetime) -> str:
    """Return a moment as the CRM writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
