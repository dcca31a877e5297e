"""The search endpoint, ``POST .../search``."""

from __future__ import annotations

import json
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.api.links import next_link
from sdrdesk.sandbox.errors import invalid
from sdrdesk.sandbox.reads.render import columns, render
from sdrdesk.sandbox.reads.search import MAX_BODY, parse_query, problem, run
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.web import Call, Reply


def search(account: Account, call: Call) -> Reply:
    """Return one page of matching records."""
    kind = object_type(call.params["type"])
    if len(call.body.decode("utf-8", "replace")) > MAX_BODY:
        raise problem(f"the request body is limited to {MAX_BODY} characters")
    body = call.json_object()
    for name in ("associations", "propertiesWithHistory", "archived"):
        if body.get(name):
            raise invalid(f"{name} is not supported by search")
    query = parse_query(account, kind, body)
    found = _found(account, kind.name, body, lambda: run(account, kind, query))
    start, stop, following = _window(
        query.offset, query.limit, len(found), account.settings.short_pages
    )
    names = columns(account, kind, query.properties)
    answer: dict[str, Any] = {
        "total": len(found),
        "results": [render(account, record, names) for record in found[start:stop]],
    }
    if following is not None:
        link = next_link(call, f"/crm/v3/objects/{call.params['type']}/search", str(following))
        answer["paging"] = {"next": {"after": str(following), "link": link}}
    return Reply(200, answer)


def _found(account: Account, kind: str, body: dict[str, Any], search_now: Any) -> list[Record]:
    same = {name: value for name, value in body.items() if name not in {"after", "limit"}}
    key = kind + json.dumps(same, sort_keys=True)
    version = account.view.version
    found = account.searches.get(key, version)
    if found is None:
        found = search_now()
        account.searches.put(key, version, found)
    return found


def _window(offset: int, limit: int, total: int, short_pages: bool) -> tuple[int, int, int | None]:
    """Return (first, past the last, next offset) of a page.

    With short pages, every third page is half full and every third one empty, while offsets go on
    as for full ones; a client that follows them misses nothing.
    """
    if not short_pages or limit == 0:
        following = offset + limit
        return offset, following, following if limit and following < total else None
    page = offset // limit
    sizes = (limit // 2, 0, limit)
    cycle = sum(sizes)
    start = page // 3 * cycle + sum(sizes[: page % 3])
    stop = start + sizes[page % 3]
    return start, stop, (page + 1) * limit if stop < total else None
