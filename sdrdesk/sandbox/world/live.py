"""Live events: people convert and colleagues work while the rep works.

A :class:`LiveWorld` describes events as writes; the server applies them like any other writes. The
events of a minute depend on the seed, the minute and the account's state, so that equal ticks on
equal accounts give equal events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sdrdesk.sandbox.world.account import DO_NOT_CALL, LUCIA, OMAR, OWNER_OF_LEAD, TOMASZ
from sdrdesk.sandbox.world.clock import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    TEAM_ZONE,
    iso,
    local_minutes,
    working_slot_ms,
)
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history import conversions, engagements
from sdrdesk.sandbox.world.history.activity import (
    LEAD_STATUS,
    Outcome,
    Touch,
    draw_outcome,
    talk_ms,
)
from sdrdesk.sandbox.world.history.engagements import (
    ANY_COMPANY,
    ENGAGEMENT_LINKS,
    PRIMARY_COMPANY,
    Subject,
)
from sdrdesk.sandbox.world.history.odds import pick_up
from sdrdesk.sandbox.world.people import companies
from sdrdesk.sandbox.world.people.person import draw_person
from sdrdesk.sandbox.world.people.phones import draw_number, typed
from sdrdesk.sandbox.world.people.places import COUNTRIES, draw_city


class LiveKind(StrEnum):
    """The kind of an event."""

    NEW_LEAD = "new_lead"
    RECONVERSION = "reconversion"
    CALL = "call"
    EDIT = "edit"
    TASK_DONE = "task_done"


class WorldReader(Protocol):
    """The live world's view of the account."""

    def ids(self, object_type: str) -> Sequence[str]:
        """Return ids of all live records of a type, in a stable order."""
        ...

    def properties(self, object_type: str, record_id: str) -> Mapping[str, str]:
        """Return the properties of a record."""
        ...


@dataclass(frozen=True, slots=True)
class LiveLink:
    """An association of a new record."""

    to_type: str
    to_id: str
    """An id, or ``@`` and the ``ref`` of an earlier write of the same event."""
    type_id: int


@dataclass(frozen=True, slots=True)
class LiveWrite:
    """One write: a create when ``record_id`` is ``None``, else an update."""

    object_type: str
    record_id: str | None
    properties: dict[str, str]
    """Values to set; clients cannot set some of them (conversions)."""
    links: tuple[LiveLink, ...] = ()
    ref: str = ""
    """Name of the new record for later writes of the event."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event and its writes."""

    at_ms: int
    kind: LiveKind
    summary: str
    """One line for a log, without text from the CRM."""
    owner_id: str | None
    """The rep, ``None`` for the web site."""
    writes: tuple[LiveWrite, ...]
    submission: dict[str, object] | None = None
    """The form submission of a conversion, as in ``World.submissions``."""


_COLLEAGUES = (OMAR, LUCIA, TOMASZ)
_NEW_BLOCK = 10_000_000
"""Number of the first company created live; its domain is unused."""
_MAX_BACKLOG_MS = DAY
"""A longer gap between two ticks (a sleeping laptop) is skipped."""
_SITE_BY_HOUR = (
    0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 1.6, 2.1, 2.2, 2.0,
    1.6, 1.8, 2.1, 2.2, 2.0, 1.6, 1.2, 1.0, 0.9, 0.7, 0.4, 0.2,
)  # fmt: skip
"""Conversions by hour in the team's zone, as a multiple of the day's mean."""
_DESK_BY_HOUR = {
    8: 0.6,
    9: 1.5,
    10: 1.6,
    11: 1.3,
    12: 0.4,
    13: 0.7,
    14: 1.4,
    15: 1.3,
    16: 1.6,
    17: 0.8,
}


class LiveWorld:
    """Generates the events from one tick to the next."""

    def __init__(
        self,
        seed: int,
        reader: WorldReader,
        start_ms: int,
        conversions_per_day: float = 90.0,
        calls_per_hour: float = 14.0,
    ) -> None:
        """Start the world at a time.

        Args:
          seed: the world's seed.
          reader: the account, read during ticks only.
          start_ms: start of the events, milliseconds since the epoch, UTC.
          conversions_per_day: on a working day; a third on weekends.
          calls_per_hour: of all colleagues in an average working hour.
        """
        self._seed = seed
        self._reader = reader
        self._minute = start_ms // MINUTE
        self._conversions = conversions_per_day / (24 * 60)
        self._calls = calls_per_hour / 60

    def tick(self, now_ms: int) -> list[LiveEvent]:
        """Return the events of the full minutes since the last tick, oldest first.

        A tick in the same minute, or back in time, gives none.
        """
        minute = now_ms // MINUTE
        first = max(self._minute, minute - _MAX_BACKLOG_MS // MINUTE)
        self._minute = max(self._minute, minute)
        events: list[LiveEvent] = []
        for passed in range(first, minute):
            events.extend(self._minute_events(passed))
        events.sort(key=lambda event: event.at_ms)
        return events

    def _minute_events(self, minute: int) -> list[LiveEvent]:
        dice = Dice(self._seed, "live", minute)
        start = minute * MINUTE
        weekday, minutes = local_minutes(start, TEAM_ZONE)
        hour, weekend = minutes // 60, weekday >= 5
        site = self._conversions * _SITE_BY_HOUR[hour] * (0.33 if weekend else 1.0)
        context = 0.0 if weekend else self._calls * _DESK_BY_HOUR.get(hour, 0.0)
        found: list[LiveEvent | None] = [
            self._conversion(dice, start + dice.below(MINUTE), minute, position)
            for position in range(dice.poisson(site))
        ]
        for mean, happen in (
            (context, self._call),
            (context * 0.35, self._edit),
            (context * 0.15, self._task_done),
        ):
            found.extend(
                happen(dice, start + dice.below(MINUTE)) for _ in range(dice.poisson(mean))
            )
        return [event for event in found if event is not None]

    def _conversion(self, dice: Dice, at_ms: int, minute: int, position: int) -> LiveEvent:
        contacts = self._reader.ids("contacts")
        if contacts and dice.chance(0.35):
            return self._reconversion(dice, at_ms, dice.pick(contacts))
        return self._new_lead(dice, at_ms, (minute % 500_000) * 8 + position % 8)

    def _reconversion(self, dice: Dice, at_ms: int, contact_id: str) -> LiveEvent:
        known = self._reader.properties("contacts", contact_id)
        conversion = conversions.draw_one(dice, at_ms)
        count = known.get("num_conversion_events", "")
        changes = {
            "recent_conversion_date": iso(at_ms),
            "recent_conversion_event_name": conversion.event_name,
            "num_conversion_events": str(int(count) + 1 if count.isdecimal() else 1),
            "hs_latest_source_timestamp": iso(at_ms),
            "hs_analytics_last_visit_timestamp": iso(at_ms),
            "hs_analytics_last_url": conversions.url(conversion),
        }
        if conversion.message:
            changes["message"] = conversion.message
        return LiveEvent(
            at_ms,
            LiveKind.RECONVERSION,
            f"contact {contact_id} converted again: {conversion.form}",
            None,
            (LiveWrite("contacts", contact_id, changes),),
            conversions.submission(known, conversion),
        )

    def _new_lead(self, dice: Dice, at_ms: int, number: int) -> LiveEvent:
        writes: list[LiveWrite] = []
        owner = OWNER_OF_LEAD.draw(dice)
        city = draw_city(dice)
        company = companies.draw_company(dice, "@company", _NEW_BLOCK + number, city, None)
        person = draw_person(dice, "@contact", city, company, set(), number)
        firm = companies.properties(dice, company)
        if owner is not None:
            firm["hubspot_owner_id"] = owner
        writes.append(LiveWrite("companies", None, firm, ref="company"))
        conversion = conversions.draw_one(dice, at_ms, COUNTRIES[city.country].language)
        properties = person.properties
        properties.pop("associatedcompanyid", None)  # by the association below
        properties.update(conversions.properties(dice, [conversion]))
        properties["lifecyclestage"] = "lead" if dice.chance(0.5) else "marketingqualifiedlead"
        properties["hs_lead_status"] = "NEW"
        if owner is not None:
            properties["hubspot_owner_id"] = owner
        links = tuple(
            LiveLink("companies", "@company", id_) for id_ in (PRIMARY_COMPANY, ANY_COMPANY)
        )
        writes.append(LiveWrite("contacts", None, properties, links, ref="contact"))
        summary = f"new lead for {owner or 'nobody'}: {conversion.form}"
        sent = conversions.submission(properties, conversion)
        return LiveEvent(at_ms, LiveKind.NEW_LEAD, summary, None, tuple(writes), sent)

    def _contact_of_colleague(self, dice: Dice) -> tuple[str, Mapping[str, str]] | None:
        """Return a contact a colleague may work on; ``None`` when a few picks found none."""
        ids = self._reader.ids("contacts")
        for _ in range(12 if ids else 0):
            contact_id = dice.pick(ids)
            known = self._reader.properties("contacts", contact_id)
            barred = known.get(DO_NOT_CALL) == "true" or not known.get("phone")
            if known.get("hubspot_owner_id") in _COLLEAGUES and not barred:
                return contact_id, known
        return None

    def _call(self, dice: Dice, at_ms: int) -> LiveEvent | None:
        found = self._contact_of_colleague(dice)
        if found is None:
            return None
        contact_id, known = found
        owner = known["hubspot_owner_id"]
        made = known.get("num_contacted_notes", "")
        attempts = int(made) if made.isdecimal() and len(made) < 6 else 0
        hour = local_minutes(at_ms, TEAM_ZONE)[1] // 60
        outcome = draw_outcome(dice, pick_up(hour, attempts, known.get("hs_persona")))
        due = None
        if outcome == "callback":
            due = working_slot_ms(dice, at_ms + round(dice.spread(HOUR, 3 * DAY)))
            due -= due % (15 * MINUTE)
        length = talk_ms(dice, outcome)
        touch = Touch(at_ms - length - 35 * SECOND, length, outcome, owner, due)
        writes = self._touch_writes(dice, contact_id, known, touch, at_ms)
        summary = f"{owner} called contact {contact_id}: {outcome}"
        return LiveEvent(at_ms, LiveKind.CALL, summary, owner, writes)

    def _touch_writes(
        self, dice: Dice, contact_id: str, known: Mapping[str, str], touch: Touch, now_ms: int
    ) -> tuple[LiveWrite, ...]:
        name = f"{known.get('firstname', '')} {known.get('lastname', '')}".strip() or "lead"
        subject = Subject(name[:200], known.get("company", "")[:200], known.get("phone", "")[:60])
        company_id = known.get("associatedcompanyid", "")
        made = [("calls", engagements.call_properties(dice, subject, touch))]
        if touch.due_ms is not None:
            made.append(("tasks", engagements.task_properties(dice, subject, touch)))
        if touch.outcome == "meeting_set":
            meeting, _ = engagements.meeting_properties(dice, subject, touch, now_ms)
            made.append(("meetings", meeting))
        writes = []
        for type_, properties in made:
            to_contact, to_company = ENGAGEMENT_LINKS[type_]
            links = [LiveLink("contacts", contact_id, to_contact)]
            if company_id:
                links.append(LiveLink("companies", company_id, to_company))
            writes.append(LiveWrite(type_, None, properties, tuple(links)))
        changes = _status_change(known.get("hs_lead_status", ""), touch.outcome)
        if touch.outcome == "do_not_call":
            changes[DO_NOT_CALL] = "true"
        if changes:
            writes.append(LiveWrite("contacts", contact_id, changes))
        return tuple(writes)

    def _edit(self, dice: Dice, at_ms: int) -> LiveEvent | None:
        ids = self._reader.ids("contacts")
        if not ids:
            return None
        contact_id = dice.pick(ids)
        changes = _EDITS.draw(dice)
        if changes == "owner":
            values = {"hubspot_owner_id": dice.pick(_COLLEAGUES)}
        elif changes == "status":
            values = {"hs_lead_status": dice.pick(("OPEN", "IN_PROGRESS", "BAD_TIMING"))}
        elif changes == "phone":
            city = draw_city(dice)
            number = typed(dice, draw_number(dice, city.calling_code, city.pattern))
            values = {"phone": number.raw}
        else:
            values = {"hs_persona": f"persona_{dice.between(1, 6)}"}
        owner = dice.pick(_COLLEAGUES)
        summary = f"{owner} changed {changes} of contact {contact_id}"
        write = LiveWrite("contacts", contact_id, values)
        return LiveEvent(at_ms, LiveKind.EDIT, summary, owner, (write,))

    def _task_done(self, dice: Dice, at_ms: int) -> LiveEvent | None:
        ids = self._reader.ids("tasks")
        for _ in range(12 if ids else 0):
            task_id = dice.pick(ids)
            known = self._reader.properties("tasks", task_id)
            owner = known.get("hubspot_owner_id", "")
            if owner in _COLLEAGUES and known.get("hs_task_status") == "NOT_STARTED":
                write = LiveWrite("tasks", task_id, {"hs_task_status": "COMPLETED"})
                summary = f"{owner} finished task {task_id}"
                return LiveEvent(at_ms, LiveKind.TASK_DONE, summary, owner, (write,))
        return None


_EDITS: Table[str] = Table([("status", 40.0), ("phone", 25.0), ("persona", 20.0), ("owner", 15.0)])
_OPEN_STATUS = frozenset({"", "NEW", "OPEN", "ATTEMPTED_TO_CONTACT"})


def _status_change(status: str, outcome: Outcome) -> dict[str, str]:
    """Return the lead status after a call; an attempt never lowers a lead."""
    after = LEAD_STATUS[outcome]
    if after == status or (after == "ATTEMPTED_TO_CONTACT" and status not in _OPEN_STATUS):
        return {}
    return {"hs_lead_status": after}
