"""Snapshots of leads before an outcome, stored with it for undo."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

from sdrdesk.domain.crm.records import PERSON_DATA
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.record.decisions import DESK_COLUMNS, put_state, state_in


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The part of a lead that an outcome changes. Moments in milliseconds, UTC.

    Stored as JSON in ``activity.before_json``: its names are part of the schema.
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
    rest_seen_ms: int | None = None
    rest_promise: bool = False
    worked_out_ms: int | None = None
    persona: str = ""
    persona_reason: str = ""

    def to_json(self, **extra: object) -> str:
        """Return the snapshot as JSON, with what is kept along with the lead."""
        kept = {name: value for name, value in extra.items() if value}
        return json.dumps({name: getattr(self, name) for name in _NAMES} | kept)

    def onto(self, lead: Lead) -> Lead:
        """Return ``lead`` with everything that an outcome changes as it was before."""
        values = {name.replace("_ms", "_at"): _value(self, name) for name in _NAMES}
        return replace(lead, **{name: v for name, v in values.items() if name in _LEAD_FIELDS})


def _value(image: Snapshot, name: str) -> Any:
    value = getattr(image, name)
    return from_ms(value) if name.endswith("_ms") else value


_NAMES = tuple(field.name for field in fields(Snapshot))
_LEAD_FIELDS = {field.name for field in fields(Lead)}
_DESK = {name: column for name, column in DESK_COLUMNS.items() if column in _NAMES}
"""The decisions that an outcome changes: field of ``DeskState`` to the name here."""


@dataclass(frozen=True, slots=True)
class LeadState:
    """The parts of a lead that recording an outcome needs."""

    lead_id: str
    region: str
    fields: dict[str, str]
    """Shown values of the fields an outcome may change, as the CRM writes them."""
    before: Snapshot


_IMAGE = ", ".join(
    f"l.{field.name}"
    if field.name not in _DESK.values()
    else f"coalesce(d.{field.name}, '')"
    if field.default == ""
    else f"coalesce(d.{field.name}, 0)"
    if field.default is False
    else f"d.{field.name}"
    for field in fields(Snapshot)
)
_CURRENT = ("persona_value", "time_zone", "owner_id", *PERSON_DATA)
"""Columns of the fields that a rep may change and that no outcome changes."""
_STANDING = (
    f"SELECT l.region, {', '.join(f'l.{name}' for name in _CURRENT)}, {_IMAGE}"  # noqa: S608
    " FROM lead l LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
    " WHERE l.lead_id = ?"
)


def lead_state(connection: Connection, lead_id: str) -> LeadState | None:
    """Return a lead by its present id, ``None`` when there is none."""
    row = connection.execute(_STANDING, (lead_id,)).fetchone()
    if row is None:
        return None
    region, values = row[0], dict(zip(_CURRENT, row[1:], strict=False))
    status, lifecycle, barred, *rest = row[1 + len(_CURRENT) :]
    fields_shown = {
        "status": status,
        "lifecycle": lifecycle,
        "do_not_call": "true" if barred else "false",
        "persona": values.pop("persona_value"),
        **values,
    }
    return LeadState(
        lead_id, region, fields_shown, Snapshot(status, lifecycle, bool(barred), *rest)
    )


def read_snapshot(connection: Connection, activity_key: str) -> Snapshot | None:
    """Return the snapshot stored with an outcome, ``None`` when there is none."""
    row = connection.execute(
        "SELECT before_json FROM activity WHERE activity_key = ? AND local = 1", (activity_key,)
    ).fetchone()
    values = json_object(row[0]) if row else {}
    # With the lead there may be the clock of the call (``record.reopened_calls``).
    values = {name: value for name, value in values.items() if name != "call"}
    try:
        return Snapshot(**values) if values else None  # type: ignore[arg-type]  # by name
    except TypeError:  # damaged
        return None


def restore_snapshot(connection: Connection, lead_id: str, image: Snapshot) -> None:
    """Restore the rep's decisions; pin and time zone, which no outcome changes, stay.

    The CRM's fields are not restored here: its values may be newer than the snapshot. A persona the
    rep set gets its old label back; its value is such a field.
    """
    decided = {name: _value(image, column) for name, column in _DESK.items()}
    put_state(connection, replace(state_in(connection, lead_id), **decided))
    connection.execute(
        "UPDATE lead SET persona = ?, persona_reason = ? WHERE lead_id = ?"
        " AND persona_reason = 'set by you'",
        (image.persona, image.persona_reason, lead_id),
    )
