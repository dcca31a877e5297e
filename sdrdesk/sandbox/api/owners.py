"""Owners of records. An owner's id is not a user's id."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.api.links import next_link
from sdrdesk.sandbox.errors import invalid, not_found
from sdrdesk.sandbox.web import Call, Reply

MAX_LIMIT = 500


def shown(owner: dict[str, Any]) -> dict[str, Any]:
    """Return an owner as JSON; former ones have no user id."""
    if not owner.get("archived"):
        return owner
    kept = owner.get("userIdIncludingInactive") or owner.get("userId")
    return owner | {"userId": None, "userIdIncludingInactive": kept}


def listing(account: Account, call: Call) -> Reply:
    """Return a page of owners; former ones only with ``archived=true``."""
    archived = call.flag("archived")
    email = call.query("email")
    limit = call.number("limit", 100, MAX_LIMIT)
    rows = sorted(
        (owner for owner in account.owners if bool(owner.get("archived")) == archived),
        key=lambda owner: int(owner["id"]),
    )
    if email:
        rows = [row for row in rows if str(row.get("email", "")).lower() == email.lower()]
    after = call.query("after") or "0"
    if not after.isascii() or not after.isdigit():
        raise invalid(f"Invalid paging cursor: {after[:50]}")
    rows = [row for row in rows if int(row["id"]) >= int(after[:19])]
    body: dict[str, Any] = {"results": [shown(row) for row in rows[:limit]]}
    if len(rows) > limit:
        following = str(rows[limit]["id"])
        link = next_link(call, "/crm/v3/owners", following)
        body["paging"] = {"next": {"after": following, "link": link}}
    return Reply(200, body)


def read(account: Account, call: Call) -> Reply:
    """Return one owner by owner id or, with ``idProperty=userId``, by user id."""
    name = call.query("idProperty") or "id"
    if name not in {"id", "userId"}:
        raise invalid(f"idProperty must be id or userId, was {name[:50]}")
    archived = call.flag("archived")
    for owner in account.owners:
        key = owner["id"] if name == "id" else owner.get("userIdIncludingInactive")
        if str(key) == call.params["id"] and bool(owner.get("archived")) == archived:
            return Reply(200, shown(owner))
    raise not_found()
