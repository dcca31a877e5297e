"""What a lead was like before an outcome, kept with the outcome so that it can be taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.record.decisions import put_state, state_in


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The part of a lead that an outcome changes. Moments in milliseconds, UTC.

    Kept as JSON in ``activity.before_json``: its names are part of the schema.
    """

    status: str = ""
    lifecycle: str = ""
    do_not_call: bool = False
    attempts: int = 0
    first_attempt_ms: int | None = None
    last_attempt_ms: int | None = None
    next_due_ms: int | None = None
    callback_ms: int | None = None
    callback_note: str = ""
    callback_activity_key: str = ""
    snoozed_until_ms: int | None = None
    snooze_reason: str = ""
    worked_out_ms: int | None = None
    persona: str = ""
    persona_reason: str = ""

    def to_json(self) -> str:
        """Return the image as JSON."""
        return json.dumps({name: getattr(self, name) for name in _NAMES})

    def onto(self, lead: Lead) -> Lead:
        """Return ``lead`` with everything an outcome changes as it was before."""
        return replace(
            lead,
            status=self.status,
            lifecycle=self.lifecycle,
            do_not_call=self.do_not_call,
            attempts=self.attempts,
            first_attempt_at=from_ms(self.first_attempt_ms),
            last_attempt_at=from_ms(self.last_attempt_ms),
            next_due_at=from_ms(self.next_due_ms),
            callback_at=from_ms(self.callback_ms),
            callback_note=self.callback_note,
            persona=self.persona,
            persona_reason=self.persona_reason,
        )


_NAMES = tuple(field.name for field in fields(Snapshot))


@dataclass(frozen=True, slots=True)
class LeadState:
    """A lead as it stands when an outcome is recorded: as much of it as that needs."""

    lead_id: str
    region: str
    fields: dict[str, str]
    """What is shown of the fields an outcome may change, as the CRM would say it."""
    before: Snapshot


_IMAGE = (
    "l.status, l.lifecycle, l.do_not_call, l.attempts, l.first_attempt_ms, l.last_attempt_ms,"
    " d.next_due_ms, d.callback_ms, coalesce(d.callback_note, ''),"
    " coalesce(d.callback_activity_key, ''), d.snoozed_until_ms, coalesce(d.snooze_reason, ''),"
    " d.worked_out_ms, l.persona, l.persona_reason"
)
"""In the order of ``Before``."""
_STANDING = (
    f"SELECT l.region, l.persona_value, l.time_zone, l.owner_id, {_IMAGE}"  # noqa: S608
    " FROM lead l LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
    " WHERE l.lead_id = ?"
)


def lead_state(connection: Connection, lead_id: str) -> LeadState | None:
    """Return how a lead stands now, by its present id; ``None`` when there is none."""
    row = connection.execute(_STANDING, (lead_id,)).fetchone()
    if row is None:
        return None
    region, persona_value, zone, owner_id, status, lifecycle, barred, *rest = row
    fields_shown = {
        "status": status,
        "lifecycle": lifecycle,
        "do_not_call": "true" if barred else "false",
        "persona": persona_value,
        "time_zone": zone,
        "owner_id": owner_id,
    }
    return LeadState(
        lead_id, region, fields_shown, Snapshot(status, lifecycle, bool(barred), *rest)
    )


def read_snapshot(connection: Connection, activity_key: str) -> Snapshot | None:
    """Return the image kept with an outcome, ``None`` when there is none."""
    row = connection.execute(
        "SELECT before_json FROM activity WHERE activity_key = ? AND local = 1", (activity_key,)
    ).fetchone()
    values = json_object(row[0]) if row else {}
    try:
        return Snapshot(**values) if values else None  # type: ignore[arg-type]  # as it was written
    except TypeError:  # not as it was written: there is no way back by it
        return None


def restore_snapshot(connection: Connection, lead_id: str, image: Snapshot) -> None:
    """Restore what the rep decided; pin and time zone, which no outcome changes, stay as they are.

    The lead's fields at the CRM are not touched here: what it said meanwhile is newer than the
    image. A persona the rep set gets its old label back; its value is such a field.
    """
    put_state(
        connection,
        replace(
            state_in(connection, lead_id),
            next_due_at=from_ms(image.next_due_ms),
            callback_at=from_ms(image.callback_ms),
            callback_note=image.callback_note,
            callback_activity_key=image.callback_activity_key,
            snoozed_until=from_ms(image.snoozed_until_ms),
            snooze_reason=image.snooze_reason,
            worked_out_at=from_ms(image.worked_out_ms),
        ),
    )
    connection.execute(
        "UPDATE lead SET persona = ?, persona_reason = ? WHERE lead_id = ?"
        " AND persona_reason = 'set by you'",
        (image.persona, image.persona_reason, lead_id),
    )
