"""A desk on a real server: what it hears, and what happens when it hears nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sdrdesk.domain.feed.claims import HELD_FOR_S
from sdrdesk.domain.feed.notes import FeedNote
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.desk import BEAT_LATE_S
from tests.support.nats import NatsServer, nats_server
from tests.support.patience import PATIENCE_S
from tests.sync.feed.desks import beat, on_feed, publish, station, wait


def test_a_desk_hears_of_its_own_leads_only(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    with (
        station(nats.url, names, "70001") as ana,
        station(nats.url, names, "70002", everybody=True) as lead,
    ):
        wait(lambda: ana.is_on and lead.is_on)
        publish(nats.url, names, [("70001", "11"), ("70009", "12"), ("", "13")])
        wait(lambda: ana.ear.leads and len(lead.ear.leads) == 3)
    assert ana.ear.leads == {"11"}


def test_a_desk_waits_for_the_first_start_of_the_relay(nats: NatsServer, names: FeedNames) -> None:
    with station(nats.url, names, "70001") as ana:
        wait(lambda: any("No relay" in problem for _, problem in ana.ear.told))
        publish(nats.url, names, [])
        wait(lambda: ana.is_on)


def test_a_desk_that_was_away_hears_the_last_word_about_each_lead(
    nats: NatsServer, names: FeedNames
) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana:
        wait(lambda: ana.is_on)
        ana.stop()
        publish(nats.url, names, [("70001", str(lead)) for lead in (1, 2, 3) for _ in range(5)])
        assert ana.ear.notes == []
        ana.start()
        wait(lambda: ana.ear.leads == {"1", "2", "3"})
        assert len(ana.ear.notes) == 3
        ana.stop()
        ana.start()
        wait(lambda: ana.is_on)
        beat(nats.url, names, b'{"ok":true,"desks":1,"kept":90000}')
        wait(lambda: ana.feed.alive and ana.ear.kept_s == 90_000)


def test_ten_thousand_notes_in_a_burst_arrive(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana:
        wait(lambda: ana.is_on)
        publish(nats.url, names, [("70001", str(lead)) for lead in range(10_000)])
        wait(lambda: len(ana.ear.leads) == 10_000, 60)


def test_strange_messages_are_no_notes(nats: NatsServer, names: FeedNames) -> None:
    head = f"sdrdesk.{names.account}.note.70001"

    async def act(client: Any) -> None:
        js = client.jetstream(timeout=5)
        for subject, body in (
            (f"{head}.lead", b"{}"),
            (f"{head}.lead.5.6", b"{}"),
            (f"{head}.gold.7", b"{}"),
            (f"{head}.lead.8", b"x" * 900),
            (f"{head}.lead.9", b"no json"),
            (f"{head}.lead.10", b'{"at": "soon"}'),
        ):
            await js.publish(subject, body)

    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana:
        wait(lambda: ana.is_on)
        on_feed(nats.url, names, act)
        wait(lambda: "10" in ana.ear.leads)
    # What cannot be read costs only its moment.
    assert [(n.record_id, n.at_ms) for n in ana.ear.notes] == [("9", 0), ("10", 0)]


def test_the_feed_counts_as_alive_while_the_relay_says_that_it_is_well(
    nats: NatsServer, names: FeedNames
) -> None:
    now = [1000.0]
    publish(nats.url, names, [])
    with station(nats.url, names, "70001", monotonic=lambda: now[0]) as ana:
        wait(lambda: ana.is_on)
        assert not ana.feed.alive
        beat(nats.url, names)
        wait(lambda: ana.feed.alive)
        now[0] += BEAT_LATE_S + 1
        assert not ana.feed.alive
        beat(nats.url, names)
        wait(lambda: ana.feed.alive)
        beat(nats.url, names, b'{"ok":false}')
        wait(lambda: not ana.feed.alive)
        for odd in (b"", b"[]", b'"ok"', b"\xff", b'{"ok":"true"}'):
            beat(nats.url, names, odd)
        assert not ana.feed.alive


def test_a_server_that_is_killed_and_started_again_goes_on_where_it_was() -> None:
    names = FeedNames.of("HubSpot 1")
    with nats_server() as server:
        publish(server.url, names, [])
        with station(server.url, names, "70001") as ana, station(server.url, names, "70002") as ben:
            wait(lambda: ana.is_on and ben.is_on)
            assert ana.feed.claim("512") is None
            ana.held["512"] = "call"
            server.kill()
            wait(lambda: not ana.is_on and not ben.is_on)
            assert ben.feed.claim("512") is None, "without the feed nobody knows"
            server.start()
            publish(server.url, names, [("70001", "11")])
            wait(lambda: ana.is_on and ben.is_on and ana.ear.leads == {"11"})
            other = ben.feed.claim("512")
            assert other is not None
            assert other.owner == "70001"


def test_a_server_that_answers_nobody_holds_no_call_up(names: FeedNames) -> None:
    with nats_server() as server:
        publish(server.url, names, [])
        with station(server.url, names, "70001") as ana:
            wait(lambda: ana.is_on)
            with server.partitioned():
                began = time.monotonic()
                assert ana.feed.claim("512") is None
                assert time.monotonic() - began < 1.5
            publish(server.url, names, [("70001", "11")])
            wait(lambda: ana.ear.leads == {"11"}, 20)


def test_others_see_who_calls_and_that_it_ended(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana, station(nats.url, names, "70002") as ben:
        wait(lambda: ana.is_on and ben.is_on)
        assert ana.feed.claim("512") is None
        ana.held["512"] = "call"
        wait(lambda: "512" in ben.ear.claims)
        assert (ben.ear.claims["512"].owner, ben.ear.claims["512"].state) == ("70001", "call")
        assert "512" not in ana.ear.claims
        assert ben.feed.claim("512") is not None
        ana.held.clear()
        wait(lambda: "512" not in ben.ear.claims, HELD_FOR_S / 2)
        assert ben.feed.claim("512") is None


def test_of_two_desks_that_press_enter_together_one_dials(
    nats: NatsServer, names: FeedNames
) -> None:
    publish(nats.url, names, [])
    with (
        station(nats.url, names, "70001") as ana,
        station(nats.url, names, "70002") as ben,
        ThreadPoolExecutor(2) as hands,
    ):
        wait(lambda: ana.is_on and ben.is_on)
        won = {ana.feed: 0, ben.feed: 0}
        for lead in range(200):
            asked = {f: hands.submit(f.claim, f"l{lead}") for f in (ana.feed, ben.feed)}
            winners = [f for f, answer in asked.items() if answer.result() is None]
            assert len(winners) == 1, lead
            won[winners[0]] += 1
        assert sum(won.values()) == 200


def test_a_claim_lapses_with_its_holder_and_is_not_renewed_over_another(
    nats: NatsServer, names: FeedNames
) -> None:
    """The holder's machine slept: meanwhile somebody else has called."""

    async def lapse(client: Any) -> None:
        await client.jetstream().purge_stream(f"KV_{names.claims_bucket}")

    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana, station(nats.url, names, "70002") as ben:
        wait(lambda: ana.is_on and ben.is_on)
        assert ana.feed.claim("512") is None
        on_feed(nats.url, names, lapse)
        assert ben.feed.claim("512") is None
        other = ana.feed.claim("512")
        assert other is not None
        assert other.owner == "70002"


def test_who_agreed_to_it_is_on_the_wall(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana, station(nats.url, names, "70002") as ben:
        wait(lambda: ana.is_on and ben.is_on)
        ana.presence[0] = "block"
        wait(lambda: ben.ear.reps == {"70001": "block"})
        ana.presence[0] = "call"
        wait(lambda: ben.ear.reps == {"70001": "call"})
        ana.presence[0] = None
        wait(lambda: ben.ear.reps == {})


def test_opening_a_lead_holds_it_and_its_call_keeps_it(nats: NatsServer, names: FeedNames) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana, station(nats.url, names, "70002") as ben:
        wait(lambda: ana.is_on and ben.is_on)
        ana.held["512"] = "open"
        wait(lambda: "512" in ben.ear.claims)
        assert ben.ear.claims["512"].state == "open"
        other = ben.feed.claim("512")
        assert other is not None
        assert (other.owner, other.state) == ("70001", "open"), "Ben is told who looks at it"
        assert ana.feed.claim("512") is None, "their own claim is no hindrance"
        ana.held["512"] = "call"
        wait(lambda: ben.ear.claims["512"].state == "call")
        ana.held["513"] = ana.held.pop("512")
        wait(lambda: set(ben.ear.claims) == {"513"}, HELD_FOR_S / 2)


def test_two_desks_that_open_one_lead_do_not_fight_over_it(
    nats: NatsServer, names: FeedNames
) -> None:
    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana, station(nats.url, names, "70002") as ben:
        wait(lambda: ana.is_on and ben.is_on)
        ana.held["512"] = "open"
        wait(lambda: "512" in ben.ear.claims)
        ben.held["512"] = "open"
        time.sleep(2.5)
        # The second claim was withdrawn at once, or is on a busy machine.
        wait(lambda: set(ben.ear.claims) == {"512"} and not ana.ear.claims)


def test_a_desk_that_is_slow_to_listen_loses_nothing(nats: NatsServer, names: FeedNames) -> None:
    """The server holds what is not asked for; nothing is dropped for a slow reader."""
    publish(nats.url, names, [])
    gate = threading.Event()
    with station(nats.url, names, "70001") as ana:
        wait(lambda: ana.is_on)
        heard, hear = [0], ana.ear.noted

        def slowly(notes: Sequence[FeedNote]) -> None:
            heard[0] += 1
            gate.wait(PATIENCE_S)
            hear(notes)

        ana.ear.noted = slowly  # type: ignore[method-assign]
        publish(nats.url, names, [("70001", str(lead)) for lead in range(3_000)])
        wait(lambda: heard[0])
        assert not ana.ear.notes
        gate.set()
        wait(lambda: len(ana.ear.leads) == 3_000, 60)


def test_a_desk_that_was_away_for_days_begins_anew(nats: NatsServer, names: FeedNames) -> None:
    """By then the server has forgotten the notes and the desk; the first round reads everything."""

    async def forget(client: Any) -> None:
        js = client.jetstream(timeout=5)
        await js.purge_stream(names.notes_stream)
        for consumer in await js.consumers_info(names.notes_stream):
            await js.delete_consumer(names.notes_stream, consumer.name)

    publish(nats.url, names, [])
    with station(nats.url, names, "70001") as ana:
        wait(lambda: ana.is_on)
        ana.stop()
        publish(nats.url, names, [("70001", "1")])
        on_feed(nats.url, names, forget)
        ana.start()
        wait(lambda: ana.is_on)
        publish(nats.url, names, [("70001", "2")])
        wait(lambda: ana.ear.leads == {"2"})
        beat(nats.url, names, b'{"ok":true,"desks":1,"kept":90000}')
        wait(lambda: ana.ear.told[-1:] == [(True, "")])
        assert ana.ear.kept_s == 0, "it missed what was told meanwhile"
