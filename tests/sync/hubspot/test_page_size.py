"""Pages above the size limit: each record still arrives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.errors import TooLarge
from sdrdesk.sync.hubspot import transport
from sdrdesk.sync.hubspot.client import HubSpotClient
from tests.support.raw_server import answer, raw_server
from tests.support.sandbox import running_sandbox
from tests.sync.desk import quick

ROOM = 1_000_000
LONG = "y" * 400_000


@contextmanager
def reading(url: str, room: int, patch: pytest.MonkeyPatch) -> Iterator[HubSpotClient]:
    patch.setattr(transport, "Bounds", lambda: Bounds(body_bytes=room))
    client = HubSpotClient(url, "pat-x", do_not_call=None, clock=system_clock, timing=quick())
    try:
        yield client
    finally:
        client.close()


def test_long_texts_cost_themselves_and_not_their_page(monkeypatch: pytest.MonkeyPatch) -> None:
    long_ones = {
        "101": {"message": LONG},
        "102": {"message": LONG, "firstname": LONG, "jobtitle": LONG, "city": LONG},
        "103": {"lastname": LONG},
    }
    contacts = [
        {"type": "contacts", "id": str(n), "properties": {"email": f"c{n}@ex.example"}}
        for n in range(100, 109)
    ]
    for contact in contacts:
        contact["properties"] |= long_ones.get(str(contact["id"]), {})  # type: ignore[operator]
    with running_sandbox(leads=0) as crm:
        crm.control("records", {"records": contacts})
        with reading(crm.url, ROOM, monkeypatch) as client:
            found: list[RemoteLead] = []
            cursor = ""
            while True:
                page = client.list_leads(cursor)
                found += page.records
                cursor = page.next_cursor
                if not cursor:
                    break
            listed = {lead.lead_id: lead for lead in found}
            assert sorted(listed) == [str(n) for n in range(100, 109)]
            assert len(found) == 9
            read = client.read_leads(sorted(listed))
            assert {lead.lead_id: lead for lead in read.found} == listed
            assert (read.deleted, read.moved) == ((), {})
        assert all(lead.email == f"c{i}@ex.example" for i, lead in listed.items())
        named = {(i, note.field) for i, lead in listed.items() for note in lead.left_out}
        assert named == {(i, name) for i, names in long_ones.items() for name in names}


def test_what_stays_too_large_ends_after_few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(answer(b" " * 5_000)) as server:
        with reading(server.url, 1_000, monkeypatch) as client:
            with pytest.raises(TooLarge):
                client.list_leads("")
            with pytest.raises(TooLarge):
                client.read_leads([str(n) for n in range(100)])
        assert len(server.asked) < 40
