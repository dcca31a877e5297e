"""A view of the account from outside the API: journal, duplicates, counts."""

from __future__ import annotations

import re
from collections import defaultdict

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.errors import not_found
from sdrdesk.sandbox.reads.render import render
from sdrdesk.sandbox.schema.activities import BODIES
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.web import Call, Reply

_MARKER = re.compile(r"\[ref sdrdesk ([^\]\s]{1,80})\]")
"""The key in a body, written by clients without a property of their own."""


def journal(account: Account, call: Call) -> Reply:
    """Return accepted writes after a number, oldest first; ``last`` is the newest number."""
    after = call.query("after") or "0"
    if not after.isascii() or not after.isdigit():
        raise ValueError("after is a number.")
    rows = account.journal.after(int(after), call.number("limit", 1000, 10_000))
    return Reply(200, {"results": rows, "last": account.journal.last})


def duplicates(account: Account, call: Call) -> Reply:
    """Return records that share a key, in a property or as a marker at the end of the body."""
    kind = object_type(call.query("object") or "calls")
    name = call.query("property") or "sdrdesk_key"
    holders: dict[str, list[str]] = defaultdict(list)
    for record in account.tables[kind.name].rows.values():
        if record.archived_ms is not None:
            continue
        keys = set(_MARKER.findall(record.properties.get(BODIES.get(kind.name, ""), "")))
        if record.properties.get(name):
            keys.add(record.properties[name])
        for key in keys:
            holders[key].append(record.id)
    doubled = {key: ids for key, ids in holders.items() if len(ids) > 1}
    return Reply(
        200,
        {
            "object": kind.name,
            "property": name,
            "keys": len(holders),
            "duplicates": sum(len(ids) - 1 for ids in doubled.values()),
            "results": [{"key": key, "ids": ids} for key, ids in sorted(doubled.items())],
        },
    )


def requests(account: Account, call: Call) -> Reply:
    """Return counts of requests by path and by status; ``reset=true`` resets them."""
    counts = dict(sorted(account.requests.items()))
    total = sum(count for name, count in counts.items() if name.startswith("status "))
    if call.flag("reset"):
        account.requests.clear()
    return Reply(200, {"total": total, "counts": counts})


def trace(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the newest requests and answers, oldest first, if the setting is on."""
    return Reply(200, {"results": list(account.trace)})


def summary(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return counts of everything."""
    return Reply(200, account.summary())


def record(account: Account, call: Call) -> Reply:
    """Return one record, live or archived, with every property as stored."""
    kind = object_type(call.params["type"])
    held = account.tables[kind.name].rows.get(call.params["id"])
    if held is None:
        raise not_found()
    return Reply(200, render(account, held, everything=True))
