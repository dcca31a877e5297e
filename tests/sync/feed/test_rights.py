"""The rights of `relay rights` on a real server: a desk writes and reads in its own name."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import nkeys
import pytest
from nats import errors

from sdrdesk.cli import relay_check
from sdrdesk.domain.errors import UnreachableError
from sdrdesk.domain.feed.claims import claim_body
from sdrdesk.domain.feed.rights import desk_rights, inbox_of, relay_rights, server_users
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.link import FeedRefused, FeedServer, open_link
from tests.support.nats import NatsServer, nats_server
from tests.sync.feed.desks import beat, publish, station, wait

NAMES = FeedNames.of("HubSpot 9")


def a_key() -> tuple[str, str]:
    """Return the secret and the public half of a key."""
    seed = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode(), nkeys.from_seed(bytearray(seed)).public_key.decode()


KEYS = {who: a_key() for who in ("relay", "70001", "70002")}


@pytest.fixture(scope="module")
def guarded() -> Iterator[NatsServer]:
    users = [(KEYS["relay"][1], relay_rights(NAMES))]
    users += [(KEYS[owner][1], desk_rights(NAMES, owner)) for owner in ("70001", "70002")]
    with nats_server(server_users(users)) as server:
        publish(server.url, NAMES, [], KEYS["relay"][0])
        yield server


def test_desks_with_their_own_rights_hear_and_claim(guarded: NatsServer) -> None:
    relay = KEYS["relay"][0]
    with (
        station(guarded.url, NAMES, "70001", seed=KEYS["70001"][0]) as ana,
        station(guarded.url, NAMES, "70002", seed=KEYS["70002"][0]) as ben,
    ):
        wait(lambda: ana.is_on and ben.is_on)
        time.sleep(0.5)
        publish(guarded.url, NAMES, [("70001", "11"), ("70002", "12")], relay)
        beat(guarded.url, NAMES, seed=relay)
        wait(lambda: ana.ear.leads and ben.ear.leads and ana.feed.alive)
        assert ana.feed.claim("512") is None
        ana.held["512"] = "call"
        assert ben.feed.claim("512") is not None
        wait(lambda: "512" in ben.ear.claims)
    assert (ana.ear.leads, ben.ear.leads) == ({"11"}, {"12"})


def test_a_desk_may_not_do_what_others_may(guarded: NatsServer) -> None:
    """Ben's key: claims as Ana, notes, signs of life, Ana's notes, and other desks' answers."""
    refused: list[str] = []

    async def act() -> None:
        client = await open_link(FeedServer(guarded.url, KEYS["70002"][0]), "x", inbox_of("70002"))
        js = client.jetstream(timeout=0.5)

        async def note(error: Exception) -> None:
            refused.append(str(error).casefold())

        client._error_cb = note
        for subject in (
            NAMES.claim("512", "70001", "x"),
            NAMES.presence("70001", "x"),
            NAMES.note("70002", "lead", "5"),
            NAMES.beat,
            f"$JS.API.STREAM.DELETE.{NAMES.notes_stream}",
            f"$JS.API.STREAM.PURGE.KV_{NAMES.claims_bucket}",
        ):
            with pytest.raises((errors.Error, TimeoutError)):
                await js._nc.request(subject, claim_body("call"), timeout=0.4)
        with pytest.raises((errors.Error, TimeoutError)):
            await js.add_consumer(
                NAMES.notes_stream,
                name="spy",
                durable_name="spy",
                filter_subject=NAMES.notes_of("70001"),
            )
        for subject in (NAMES.all_notes, "_INBOX_70001.>", ">"):
            await client.subscribe(subject, cb=_nothing)
        await client.flush()
        await asyncio.sleep(0.3)
        await client.close()

    async def _nothing(_: Any) -> None: ...

    asyncio.run(act())
    assert sum("permissions violation for publish" in text for text in refused) == 7
    assert sum("permissions violation for subscription" in text for text in refused) == 3


def test_the_check_works_on_the_relays_machine_where_nobody_is_logged_in(
    guarded: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_check, "BEAT_S", -0.9)  # no relay runs
    server = FeedServer(guarded.url, KEYS["relay"][0])
    steps = asyncio.run(relay_check.try_feed(server, NAMES, ""))
    assert [(step.name, step.ok) for step in steps] == [
        ("feed server", True), ("notes", True), ("claims", True), ("relay", False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("beat", "ok", "words"),
    [
        ({"ok": True, "by": ["webhooks"], "refused": 2}, True, "running, by webhooks"),
        ({"ok": True, "by": ["webhooks"], "refused": 17}, False, "refused the last 17 webhooks"),
        ({"ok": True, "by": ["polling"]}, True, "running, by polling"),
        ({"ok": False, "by": []}, False, "does not hear the CRM"),
    ],
)
def test_the_check_names_a_relay_that_refuses_every_webhook(
    beat: dict[str, object], ok: bool, words: str
) -> None:
    async def step() -> relay_check.CheckStep:
        beats: asyncio.Queue[bytes] = asyncio.Queue()
        beats.put_nowait(json.dumps(beat).encode())
        return await relay_check._relay(beats)

    found = asyncio.run(step())
    assert found.ok is ok
    assert words in found.detail


def test_a_key_that_the_server_does_not_know_is_said_so(guarded: NatsServer) -> None:
    with pytest.raises(FeedRefused, match="does not know this desk's key"):
        asyncio.run(open_link(FeedServer(guarded.url, a_key()[0]), "x", "_INBOX_1"))
    with pytest.raises(FeedRefused):
        asyncio.run(open_link(FeedServer(guarded.url), "x", "_INBOX_1"))


def test_a_server_that_is_not_there_is_said_so() -> None:
    with pytest.raises(UnreachableError, match="Everything works without it"):
        asyncio.run(open_link(FeedServer("nats://127.0.0.1:9"), "x", "_INBOX_1"))
