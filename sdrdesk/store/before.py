"""What a lead was like before an outcome, kept with the outcome so that it can be taken back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from sdrdesk.domain.lead import Lead
from sdrdesk.store.connect import Connection
from sdrdesk.store.desk_state import put_state, state_in
from sdrdesk.store.moments import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Before:
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
        return json.dumps(asdict(self))

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


def image_of(connection: Connection, lead_id: str) -> Before:
    """Return the image of a lead as it stands now."""
    row = connection.execute(
        "SELECT status, lifecycle, do_not_call, attempts, first_attempt_ms, last_attempt_ms,"
        " persona, persona_reason FROM lead WHERE lead_id = ?",
        (lead_id,),
    ).fetchone()
    state = state_in(connection, lead_id)
    return Before(
        status=row[0],
        lifecycle=row[1],
        do_not_call=bool(row[2]),
        attempts=row[3],
        first_attempt_ms=row[4],
        last_attempt_ms=row[5],
        next_due_ms=to_ms(state.next_due_at),
        callback_ms=to_ms(state.callback_at),
        callback_note=state.callback_note,
        callback_activity_key=state.callback_activity_key,
        snoozed_until_ms=to_ms(state.snoozed_until),
        snooze_reason=state.snooze_reason,
        worked_out_ms=to_ms(state.worked_out_at),
        persona=row[6],
        persona_reason=row[7],
    )


def read_image(connection: Connection, activity_key: str) -> Before | None:
    """Return the image kept with an outcome, ``None`` when there is none."""
    row = connection.execute(
        "SELECT before_json FROM activity WHERE activity_key = ? AND local = 1", (activity_key,)
    ).fetchone()
    values = json.loads(row[0]) if row else {}
    return Before(**values) if values else None


def put_back(connection: Connection, lead_id: str, image: Before) -> None:
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
