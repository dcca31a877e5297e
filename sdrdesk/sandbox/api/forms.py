"""Forms and their submissions, on legacy paths without a dated successor."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.api.links import next_link
from sdrdesk.sandbox.errors import invalid, not_found
from sdrdesk.sandbox.web import Call, Reply
from sdrdesk.sandbox.writes.conversions import conversion_id, event_name, form_of, submissions_of

MAX_FORMS, MAX_SUBMISSIONS = 100, 50


def _form(form: dict[str, Any]) -> dict[str, Any]:
    made = form.get("createdAt") or "2024-03-01T09:00:00.000Z"
    defaults: dict[str, Any] = {
        "createdAt": made,
        "updatedAt": form.get("updatedAt") or made,
        "archived": False,
        "formType": "hubspot",
        "fieldGroups": [],
    }
    return defaults | form


def listing(account: Account, call: Call) -> Reply:
    """Return forms; pop-up and collected ones only when ``formTypes`` names them."""
    kinds = call.names("formTypes") or ["hubspot"]
    archived = call.flag("archived")
    limit = call.number("limit", 20, MAX_FORMS)
    offset = _offset(call)
    rows = [
        form
        for form in map(_form, account.forms)
        if form["formType"] in kinds and form["archived"] == archived
    ]
    body: dict[str, Any] = {"results": rows[offset : offset + limit]}
    if offset + limit < len(rows):
        after = str(offset + limit)
        link = next_link(call, "/marketing/v3/forms", after)
        body["paging"] = {"next": {"after": after, "link": link}}
    return Reply(200, body)


def _offset(call: Call) -> int:
    after = call.query("after") or "0"
    if not after.isascii() or not after.isdigit() or len(after) > 9:
        raise invalid(f"Invalid paging cursor: {after[:50]}")
    return int(after)


def read(account: Account, call: Call) -> Reply:
    """Return one form."""
    form = form_of(account, call.params["id"])
    if form is None:
        raise not_found("form not found")
    return Reply(200, _form(form))


def submissions(account: Account, call: Call) -> Reply:
    """Return submissions of a form, newest first, without time filter or contact ids."""
    form = form_of(account, call.params["id"])
    if form is None:
        raise not_found("form not found")
    if form.get("formType") == "blog_comment":
        raise invalid("Form type is not allowed", errorType="FORM_TYPE_NOT_ALLOWED")
    limit = call.number("limit", 20, MAX_SUBMISSIONS)
    offset = _offset(call)
    rows = account.submissions.get(form["id"], [])
    body: dict[str, Any] = {
        "results": [
            {
                "conversionId": conversion_id(form["id"], row),
                "submittedAt": int(row["submittedAt"]),
                "values": row["values"],
                "pageUrl": row.get("pageUrl", ""),
            }
            for row in rows[offset : offset + limit]
        ]
    }
    if offset + limit < len(rows):
        body["paging"] = {"next": {"after": str(offset + limit)}}
    return Reply(200, body)


def profile(account: Account, call: Call) -> Reply:
    """Return the v1 contact profile, the only call with a contact's own submissions."""
    if not call.params["id"].isdigit():
        raise invalid("vid must be a number")
    table = account.tables["contacts"]
    record = table.get(table.resolve(call.params["id"]))
    if record is None:
        raise not_found("contact does not exist")
    rows = [
        {
            "conversion-id": conversion_id(form, row),
            "timestamp": int(row["submittedAt"]),
            "form-id": form,
            "portal-id": account.portal_id,
            "page-url": row.get("pageUrl", ""),
            "page-title": row.get("pageTitle", ""),
            "title": event_name(account, form, row),
            "form-type": "HUBSPOT",
            "content-type": "",
        }
        for form, row in submissions_of(account, record.properties.get("email", ""))
    ]
    rows.sort(key=lambda row: -int(str(row["timestamp"])))
    body = {
        "vid": int(record.id),
        "canonical-vid": int(record.id),
        "merged-vids": [
            int(part)
            for part in record.properties.get("hs_merged_object_ids", "").split(";")
            if part
        ],
        "portal-id": account.portal_id,
        "is-contact": True,
        "properties": {name: {"value": value} for name, value in record.properties.items()},
        "form-submissions": rows,
        "merge-audits": [],
        "list-memberships": [],
        "identity-profiles": [],
    }
    return Reply(200, body)
