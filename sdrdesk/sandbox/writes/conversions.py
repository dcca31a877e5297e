"""Forms, their submissions, and the effects of a conversion on a contact."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.times import incremented, iso, iso_short


def submissions_of(account: Account, email: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return (form id, submission) for one address, newest first per form."""
    wanted = email.lower()
    if not wanted:
        return
    for form, rows in account.submissions.items():
        for row in rows:
            if _email_of(row) == wanted:
                yield form, row


def _email_of(row: dict[str, Any]) -> str:
    for item in row["values"]:
        if item["name"] == "email":
            return str(item["value"]).lower()
    return ""


def form_of(account: Account, form_id: str) -> dict[str, Any] | None:
    """Return a form by its GUID."""
    return next((form for form in account.forms if form["id"] == form_id), None)


def event_name(account: Account, form_id: str, row: dict[str, Any]) -> str:
    """Return the value of ``recent_conversion_event_name``: page title and form name."""
    if row.get("eventName"):
        return str(row["eventName"])
    form = form_of(account, form_id)
    name = str(form["name"]) if form else form_id
    title = row.get("pageTitle") or row.get("pageName")
    return f"{title}: {name}" if title else name


def conversion_id(form_id: str, row: dict[str, Any]) -> str:
    """Return a stable id for a submission without one."""
    seed = f"{form_id}/{row['submittedAt']}/{_email_of(row)}"
    return str(row.get("conversionId") or uuid.uuid5(uuid.NAMESPACE_URL, seed))


def convert(
    account: Account,
    contact: Record,
    form_id: str,
    at_ms: int,
    page_url: str = "",
    page_title: str = "",
    values: list[dict[str, Any]] | None = None,
    by: str = "control",
) -> Record:
    """Submit a form for a contact and return the contact's new state.

    Raises:
      KeyError: there is no such form.
    """
    if form_of(account, form_id) is None:
        raise KeyError(form_id)
    email = contact.properties.get("email", "")
    row: dict[str, Any] = {
        "conversionId": str(uuid.uuid4()),
        "submittedAt": at_ms,
        "values": [{"name": "email", "value": email, "objectTypeId": "0-1"}, *(values or [])],
        "pageUrl": page_url,
        "pageTitle": page_title,
    }
    rows = account.submissions.setdefault(form_id, [])
    rows.append(row)
    rows.sort(key=lambda one: -int(one["submittedAt"]))
    account.new_submissions.append((form_id, row))
    changed = account.touch(contact, _fields(account, contact, form_id, row))
    account.journal.add(
        "convert", "contacts", contact.id, iso(account.now_ms), by, form=form_id, submittedAt=at_ms
    )
    return changed


def _fields(
    account: Account, contact: Record, form_id: str, row: dict[str, Any]
) -> dict[str, str | None]:
    held = contact.properties
    when = iso_short(int(row["submittedAt"]))
    name = event_name(account, form_id, row)
    forms = {form for form, _ in submissions_of(account, held.get("email", ""))}
    fields: dict[str, str | None] = {
        "recent_conversion_date": when,
        "recent_conversion_event_name": name,
        "num_conversion_events": incremented(held.get("num_conversion_events")),
        "num_unique_conversion_events": str(max(1, len(forms))),
    }
    if row["pageUrl"]:
        fields["hs_analytics_last_url"] = row["pageUrl"]
    if "first_conversion_date" not in held:
        fields |= {"first_conversion_date": when, "first_conversion_event_name": name}
    for item in row["values"]:
        definition = account.catalog.get("contacts", str(item["name"]))
        writable = definition and not definition["modificationMetadata"]["readOnlyValue"]
        if writable and item["name"] != "email" and item.get("value"):
            fields[str(item["name"])] = str(item["value"])
    return fields
