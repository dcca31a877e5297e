"""Listings and searches in a circle, or without an end: each ends with an error."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sdrdesk.clock import system_clock
from sdrdesk.sync.bounds import BARREN_PAGES, PageGuard
from sdrdesk.sync.errors import Unreadable
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.port import CreateItem, CrmClient, KeyMode, Page
from sdrdesk.sync.pull.prefetch import prefetched_pages
from tests.sync.desk import Desk, quick

Cursors = Callable[[int], str]
"""The next cursor, by the number of pages requested."""

CURSORS: dict[str, tuple[Cursors, int]] = {
    "itself": (lambda n: "7", 6),
    "a circle": (lambda n: str(n % 3), 8),
    "no end, nothing new": (str, 3 * BARREN_PAGES),
}
"""The most requests that may cost."""

RECORD = {"id": "5", "properties": {"lastmodifieddate": "2026-11-18T15:00:00Z"}}
OWNER = {"id": "5", "email": "a@b.example"}
LINK = {"toObjectId": 5}


def crm_over(cursor: Cursors, record: dict[str, Any]) -> CrmClient:
    asked = itertools.count()

    def handle(request: httpx.Request) -> httpx.Response:
        after = {"next": {"after": cursor(next(asked))}}
        if request.url.path.endswith("/batch/read"):
            one = {"from": {"id": "9"}, "to": [LINK], "paging": after}
            results = [one] if "/associations/" in request.url.path else [RECORD]
            return httpx.Response(200, json={"results": results})
        return httpx.Response(200, json={"results": [record], "paging": after})

    return hubspot_client(
        "https://crm.example",
        "pat-x",
        do_not_call=None,
        clock=system_clock,
        transport=httpx.MockTransport(handle),
        timing=quick(),
    )


def _find(crm: CrmClient) -> object:
    item = CreateItem(
        kind="note",
        key="k",
        lead_id="1",
        company_id="",
        intent={"at": "2026-11-18T15:00:00Z", "body": "", "owner_id": ""},
        mode=KeyMode.MARKER,
    )
    return crm.find(item)


WALKS: dict[str, tuple[dict[str, Any], Callable[[CrmClient], object]]] = {
    "owners": (OWNER, lambda crm: list(crm.owners())),
    "links of a lead": (LINK, _find),
    "links of calls": (RECORD, lambda crm: crm.read_activities("call", ["9"])),
    "changes": (RECORD, lambda crm: list(crm.changed("lead", 0))),
    "changes of now": (RECORD, lambda crm: list(crm.changed("lead", 1_795_014_000_000))),
    "changes beyond": (RECORD, lambda crm: list(crm.changed("lead", 1_895_014_000_000))),
    "undated changes": ({"id": "5"}, lambda crm: list(crm.changed("lead", 0))),
    "a list": (
        RECORD,
        lambda crm: list(prefetched_pages(crm.list_leads, "", lambda _: None)),
    ),
}


@pytest.mark.parametrize("cursors", CURSORS)
@pytest.mark.parametrize("walk", WALKS)
def test_pages_that_lead_nowhere_end(walk: str, cursors: str) -> None:
    record, go = WALKS[walk]
    cursor, most = CURSORS[cursors]
    crm = crm_over(cursor, record)
    with pytest.raises(Unreadable, match=r"circle|no end"):
        go(crm)
    assert crm.requests <= most
    crm.close()


def test_empty_pages_with_a_next_one_are_no_end() -> None:
    walk = PageGuard("leads")
    for n in range(BARREN_PAGES - 1):
        walk.go_on(n, brought=False)
    walk.go_on("x")
    walk.go_on("y", brought=False)


def test_a_load_that_went_in_a_circle_starts_over(desk: Desk, tmp_path: Path) -> None:
    with desk.db.writer() as connection:
        connection.execute("DELETE FROM sync_state WHERE name LIKE 'load.%'")
    real = desk.crm.list_leads
    asked: list[str] = []

    def circling(cursor: str) -> Page[Any]:
        asked.append(cursor)
        page = real("" if cursor == "again" else cursor)
        return Page(page.records, "again")

    desk.crm.list_leads = circling  # type: ignore[method-assign]
    with pytest.raises(Unreadable):
        desk.sync(full=True)
    assert asked == ["", "again"]
    desk.crm.list_leads = real  # type: ignore[method-assign]
    assert desk.sync(full=True).exit == 0
    assert desk.one("SELECT count(*) FROM lead") > 50
