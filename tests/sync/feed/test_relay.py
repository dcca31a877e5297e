"""The relay between a sandbox CRM and a real server."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed import endpoint, inlet, relay, sources
from sdrdesk.sync.feed.endpoint import MOST_BYTES, Webhooks
from sdrdesk.sync.feed.relay import NOTES_KEPT_S, Coverage
from sdrdesk.sync.hubspot.webhooks import HubSpotWebhook, signature
from tests.support.nats import NatsServer, nats_server
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.feed.desks import on_feed, station, wait
from tests.sync.feed.relays import running_relay

CONTACTS = "/crm/objects/2026-09/contacts"
SECRET = "a client secret"
PUBLIC = "https://relay.example.com/hooks"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(leads=20) as running:
        yield running


def a_lead(sandbox: Sandbox) -> tuple[str, str]:
    """Return id and owner of a lead."""
    rows = sandbox.get(f"{CONTACTS}?limit=100&properties=hubspot_owner_id").json["results"]
    row = next(row for row in rows if row["properties"].get("hubspot_owner_id"))
    return row["id"], row["properties"]["hubspot_owner_id"]


def test_a_change_at_the_crm_reaches_the_desk_of_its_owner(
    nats: NatsServer, sandbox: Sandbox
) -> None:
    lead_id, owner = a_lead(sandbox)
    with running_relay(sandbox, nats.url) as made:
        wait(lambda: made.relay.is_well())
        with station(nats.url, made.names, owner) as ana, station(nats.url, made.names, "1") as ben:
            wait(lambda: ana.is_on and ben.is_on and ana.feed.alive)
            sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"jobtitle": "Head of Gold"}})
            wait(lambda: lead_id in ana.ear.leads)
            before = len(ana.ear.notes)
            sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"hubspot_owner_id": "70002"}})
            wait(lambda: len(ana.ear.notes) > before)  # who loses a lead is told too
            assert not ben.ear.notes
        sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"hubspot_owner_id": owner}})


def test_a_relay_whose_clock_is_an_hour_off_misses_nothing(
    nats: NatsServer, sandbox: Sandbox
) -> None:
    lead_id, owner = a_lead(sandbox)
    for hours in (1, -1):
        clock = lambda hours=hours: system_clock() + timedelta(hours=hours)  # noqa: E731
        with (
            running_relay(sandbox, nats.url, clock=clock) as made,
            station(nats.url, made.names, owner, machine=f"c{hours}") as ana,
        ):
            wait(lambda: ana.is_on and made.relay.is_well())
            change = {"properties": {"jobtitle": f"Head {hours}"}}
            sandbox.patch(f"{CONTACTS}/{lead_id}", change)
            wait(lambda: lead_id in ana.ear.leads)


def test_what_changed_while_the_server_or_the_relay_was_down_is_told_afterwards(
    sandbox: Sandbox,
) -> None:
    lead_id, _ = a_lead(sandbox)
    with nats_server() as server:
        with running_relay(sandbox, server.url) as made:
            wait(lambda: made.relay.is_well())
            server.kill()
            sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"jobtitle": "Head of Nothing"}})
            wait(lambda: len(made.relay.inlet) > 0)
            server.start()
            wait(lambda: made.relay.published > 0 and not len(made.relay.inlet))
        sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"jobtitle": "Head of Something"}})
        with running_relay(sandbox, server.url) as again:
            wait(lambda: again.relay.published > 0)


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except urllib.error.URLError as error:
        if not isinstance(error.reason, BrokenPipeError | ConnectionResetError):
            raise
        return 413  # the server refused the body without reading all of it


def signed(body: bytes, *, ago_s: float = 0.0) -> dict[str, str]:
    stamp = str(round((time.time() - ago_s) * 1000))
    return {
        "X-HubSpot-Signature-v3": signature(SECRET, "POST", PUBLIC, body, stamp),
        "X-HubSpot-Request-Timestamp": stamp,
    }


def test_webhooks_signed_by_hubspot_count_and_others_do_not(
    nats: NatsServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id, owner = a_lead(sandbox)
    account = str(sandbox.get("/account-info/2026-09/details").json["portalId"])
    ports: list[int] = []
    webhook = HubSpotWebhook(SECRET, PUBLIC, account)
    source = Webhooks("/hooks", webhook, "127.0.0.1", 0, ports.append)

    def event(**more: Any) -> bytes:
        told = {"subscriptionType": "contact.propertyChange", "objectId": int(lead_id)}
        return json.dumps([told | {"portalId": int(account)} | more]).encode()

    with (
        # A look of its own would find the same change, before or after the webhook.
        running_relay(sandbox, nats.url, sources=[source], poll_s=None) as made,
        station(nats.url, made.names, owner, machine="hooks") as ana,
    ):
        wait(lambda: ports and ana.is_on and made.relay.is_well())

        def told() -> list[str]:
            # Notes of a look have a date, those of these events have none.
            return [note.record_id for note in ana.ear.notes if note.at_ms == 0]

        before = made.relay.published
        sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"jobtitle": "Head of Hooks"}})
        url, body = f"http://127.0.0.1:{ports[0]}/hooks", event()
        assert post(url, body, {}) == 401
        assert post(url, body, signed(event(propertyName="x"))) == 401
        assert post(url, body, signed(body, ago_s=600)) == 401
        assert source.refused_in_a_row == 3
        assert post(url + "/other", body, signed(body)) == 404
        assert post(url, b" " * (MOST_BYTES + 1), {}) == 413
        assert post(url, b"no json", signed(b"no json")) == 400
        monkeypatch.setattr(endpoint, "LIFE_S", 0.2)
        with socket.create_connection(("127.0.0.1", ports[0]), timeout=PATIENCE_S) as slow:
            slow.sendall(b"POST /hooks HTTP/1.1\r\nX-")
            with suppress(ConnectionResetError):
                assert slow.recv(1) == b"", "it has no place for long"
        monkeypatch.undo()
        other = event(portalId=1)
        assert post(url, other, signed(other)) == 200
        assert source.refused_in_a_row == 0
        time.sleep(0.5)
        assert not told()
        sent = signed(body)
        assert post(url, body, sent) == 200
        wait(lambda: told() == [lead_id] and made.relay.published > before)
        published = made.relay.published
        assert post(url, body, sent) == 200, "a replay is answered, and ignored"
        assert source.endpoint is not None
        assert source.endpoint.counts.repeated == 1
        monkeypatch.setattr(inlet, "MOST", 0)
        assert post(url, body, signed(body)) == 503, "HubSpot sends it again"
        monkeypatch.undo()
        assert post(url, body, signed(body)) == 200
        time.sleep(0.5)
        assert made.relay.published == published, "nothing changed since it was told"
        sandbox.patch(f"{CONTACTS}/{lead_id}", {"properties": {"jobtitle": "Head of Hints"}})
        assert post(url, body, signed(body, ago_s=1)) == 200
        wait(lambda: made.relay.published > published)


def test_a_colleagues_call_is_told_to_the_owner_of_the_lead_without_its_words(
    nats: NatsServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CALLS_EVERY_S", 0.5)
    lead_id, owner = a_lead(sandbox)
    with (
        running_relay(sandbox, nats.url) as made,
        station(nats.url, made.names, owner, machine="calls") as ana,
        station(nats.url, made.names, "1", machine="calls") as ben,
    ):
        wait(lambda: ana.is_on and ben.is_on and made.relay.is_well())
        wait(lambda: not len(made.relay.inlet))
        time.sleep(0.3)
        link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
        stamp = sandbox.get(f"{CONTACTS}/{lead_id}").json["updatedAt"]
        made_call = sandbox.post(
            "/crm/objects/2026-09/calls",
            {
                "properties": {"hs_timestamp": stamp, "hs_call_body": "wants a quote"},
                "associations": [{"to": {"id": lead_id}, "types": [link]}],
            },
        )
        wait(lambda: any(note.kind == "call" for note in ana.ear.notes))
        told = next(note for note in ana.ear.notes if note.kind == "call")
        assert told.record_id == made_call.json["id"]
        assert not any(note.kind == "call" for note in ben.ear.notes)


def test_the_relay_says_for_how_long_it_told_everything_and_the_server_kept_it() -> None:
    now = [100.0]
    kept = Coverage(lambda: now[0], most=1000)
    assert kept.seconds(well=False) == 0
    told = 0.0
    for minute in range(600):
        now[0] = 100 + 60 * minute
        kept.counted(1 + 10 * max(0, minute - 100), 10 * minute, min(10 * minute, 1000))
        told = kept.seconds(well=True)
    assert told == pytest.approx(100 * 60, abs=60), "the server has the last thousand"
    now[0] += 60
    assert kept.seconds(well=False) == 0, "it did not hear the CRM"
    now[0] += 60
    assert kept.seconds(well=True) == 0
    assert kept.seconds(well=False) == 0
    kept.go_on(5000)
    assert kept.seconds(well=False) == 0, "it has not looked yet"
    now[0] += 30
    assert kept.seconds(well=True) == 5000
    assert kept.seconds(well=False) == 0
    assert kept.seconds(well=True) == 0, "once"
    kept.seconds(well=False)
    kept.go_on(5000)
    now[0] += 31
    assert kept.seconds(well=True) == 0, "the first look may miss something"
    now[0] += 10 * NOTES_KEPT_S
    assert kept.seconds(well=True) == NOTES_KEPT_S


@pytest.mark.long
def test_a_relay_that_is_restarted_goes_on_counting(
    nats: NatsServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BEAT_S", 0.1)

    def first_beat_with(names: FeedNames, least: int) -> int:
        async def hear(client: Any) -> int:
            beats = await client.subscribe(names.beat)
            while True:
                told = json.loads((await beats.next_msg(timeout=PATIENCE_S)).data)
                if told["ok"] and told["kept"] >= least:
                    return int(told["kept"])

        return int(on_feed(nats.url, names, hear))

    with running_relay(sandbox, nats.url) as made:
        before = first_beat_with(made.names, 3)
    with running_relay(sandbox, nats.url) as made:
        assert first_beat_with(made.names, 0) >= before
    monkeypatch.setattr(relay, "_GONE_S", 0.0)
    with running_relay(sandbox, nats.url) as made:
        assert first_beat_with(made.names, 0) < before, "it was away for too long"
