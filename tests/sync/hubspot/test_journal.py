"""HubSpot's webhooks journal, as its documentation describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sdrdesk.sync.hubspot.journal import Journal, JournalProblem

BASE = "http://127.0.0.1:1"


class Hub:
    """A journal in memory: files of events, one after the other."""

    def __init__(self) -> None:
        self.files: list[list[int]] = [[1]]
        self.tokens = 0
        self.refuse = 0
        self.forgotten = 0
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        if path.endswith("/token"):
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 1800})
        if path.startswith("/file/"):
            leads = self.files[int(path.removeprefix("/file/"))]
            events = [{"portalId": 1, "objectTypeId": "0-1", "objectId": lead} for lead in leads]
            return httpx.Response(200, json={"journalEvents": events})
        if self.refuse:
            return httpx.Response(self.refuse)
        if path.endswith("/latest"):
            return self._entry(len(self.files) - 1)
        after = int(path.split("/")[-2].removeprefix("o")) + 1
        if after >= len(self.files):
            return httpx.Response(204)
        if after <= self.forgotten:
            return httpx.Response(404)
        return self._entry(after)

    def _entry(self, number: int) -> httpx.Response:
        told = {"url": f"{BASE}/file/{number}", "currentOffset": f"o{number}"}
        return httpx.Response(200, content=json.dumps(told))


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def journal(hub: Hub) -> Iterator[Journal]:
    with ThreadPoolExecutor(1) as executor:
        made = Journal(BASE, "app", "secret", "1", executor, transport=httpx.MockTransport(hub))
        yield made
        made.close()


def leads(journal: Journal) -> list[str]:
    return [hint.record_id for hint in journal.look()]


def test_it_begins_at_the_end_and_reads_on_from_there(hub: Hub, journal: Journal) -> None:
    assert leads(journal) == []
    hub.files += [[7, 8], [9]]
    assert leads(journal) == ["7", "8", "9"]
    assert leads(journal) == []
    assert hub.tokens == 1
    assert journal.is_well()
    assert "authorization" not in next(r for r in hub.asked if "/file/" in r.url.path).headers


def test_an_offset_that_is_too_old_goes_on_at_the_end(hub: Hub, journal: Journal) -> None:
    leads(journal)
    hub.files += [[2], [3], [4]]
    hub.forgotten = 2
    assert leads(journal) == ["4"]
    assert leads(journal) == []


def test_a_refusal_is_no_end_and_a_new_token_is_asked_for(hub: Hub, journal: Journal) -> None:
    leads(journal)
    hub.files += [[5]]
    for status in (401, 429, 500):
        hub.refuse = status
        with pytest.raises(JournalProblem, match=str(status)):
            journal.look()
    hub.refuse = 0
    assert leads(journal) == ["5"]
    assert hub.tokens == 2
