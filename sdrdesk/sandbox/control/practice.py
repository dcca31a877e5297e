"""Practice calls: whether a lead picks up, and what the lead says, without a telephone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sdrdesk.sandbox.account.account import Account, parse_when
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.schema.schema import CALLS, CONTACTS
from sdrdesk.sandbox.web import Call, Reply, as_text
from sdrdesk.sandbox.world.practice import answer
from sdrdesk.sandbox.writes.linking import live_neighbours
from sdrdesk.sandbox.writes.writes import must_find


def dial(account: Account, call: Call) -> Reply:
    """Dial a contact: ``{"contactId", "number"?, "at"?}``.

    A contact reacts the same way for the same number of logged calls and the same hour, so that
    call blocks can be rehearsed and compared.
    """
    body = call.json_object()
    contact = must_find(account, CONTACTS, as_text(body.get("contactId"), "contactId"), None)
    at_ms = parse_when(body.get("at"), account.now_ms)
    properties: dict[str, str | None] = {**contact.properties, "hs_object_id": contact.id}
    if body.get("number") is not None:
        properties["phone"] = as_text(body["number"], "number")
    attempts = len(live_neighbours(account, CONTACTS, contact.id, CALLS))
    hour = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(_zone(account, contact)).hour
    said = answer(int(account.meta.get("seed", 1)), properties, attempts, at_ms, hour)
    return Reply(200, asdict(said) | {"suggested_outcomes": list(said.suggested_outcomes)})


def _zone(account: Account, contact: Record) -> ZoneInfo:
    """Return the time zone of the contact, else its company's or the account's."""
    held = contact.properties
    company = account.tables["companies"].get(held.get("associatedcompanyid", ""))
    candidates = [
        held.get("hs_timezone", ""),
        held.get("hs_ip_timezone", ""),
        company.properties.get("timezone", "") if company else "",
        str(account.details.get("timeZone", "")),
    ]
    for text in candidates:
        name = _ZONES.get(text.replace("_slash_", "/").lower())
        if name:
            try:
                return ZoneInfo(name)
            except ZoneInfoNotFoundError:
                continue
    return ZoneInfo("UTC")


_ZONES = {name.lower(): name for name in available_timezones()}
