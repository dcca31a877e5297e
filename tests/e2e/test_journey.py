"""A rep on the road: no network, sleep, another zone, a hotel, a bad line, a second machine.

In the end everything that was recorded is at the CRM exactly once, or the rep is asked about it.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from sdrdesk.app import SdrDeskApp
from sdrdesk.cli.session import Session, open_session
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.sync.errors import Unreachable
from sdrdesk.sync.hubspot import transport
from tests.support.bench import Bench
from tests.support.fake_desk import FakeDesk
from tests.support.raw_server import answer, raw_server
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.desk import AFTERNOON, BODIES, MovableClock

pytestmark = pytest.mark.anyio

NOWHERE = "http://127.0.0.1:9"
"""No server listens there: no network."""
PORTAL = b"<html><title>Welcome to Hotel Aurora</title><form>Room number</form></html>"
KINDS = {"call": "calls", "task": "tasks", "note": "notes", "meeting": "meetings"}
CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class World:
    """The CRM and the time, which is the same everywhere."""

    crm: Sandbox
    clock: MovableClock = field(default_factory=MovableClock)

    def wait(self, hours: float) -> None:
        self.clock.forward(hours * 3600)
        self.crm.account.clock.advance(round(hours * 3_600_000))


class Laptop:
    """One of the rep's machines."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        home.mkdir(mode=0o700)
        (home / "config.toml").write_text('[storage]\nencryption = "off"\n', encoding="utf-8")
        self.environ = {
            "SDRDESK_HOME": str(home),
            "SDRDESK_TOKEN": world.crm.token,
            "SDRDESK_API_URL": world.crm.url,
            "SDRDESK_OWNER": world.crm.owner,
            "SDRDESK_DO_NOT_CALL": "do_not_call_phone=true",
            "TZ": "Europe/Lisbon",
        }

    @contextmanager
    def session(self, url: str = "") -> Iterator[Session]:
        self.environ["SDRDESK_API_URL"] = url or self.world.crm.url
        with open_session(self.environ, self.world.clock) as opened:
            yield opened

    @asynccontextmanager
    async def workbench(self, session: Session) -> AsyncIterator[Bench]:
        app = SdrDeskApp(session.desk, None, theme="")
        async with app.run_test(size=(80, 24)) as pilot:
            bench = Bench(app, pilot, cast(FakeDesk, session.desk))
            await bench.sees("callable of")
            yield bench

    def sync(self, url: str = "") -> None:
        with self.session(url) as session:
            session.engine().run(release_held=True)

    def come_to_rest(self) -> None:
        """Sync until nothing is on its way, whatever fails meanwhile."""
        for _ in range(30):
            with suppress(SdrDeskError):
                self.sync()
            self.world.wait(0.2)
            if all(state == "blocked" for _, state in self.waiting()):
                return
        raise AssertionError(f"it never comes to rest: {self.waiting()}")

    def rows(self, statement: str) -> list[tuple[str, ...]]:
        with self.session() as session, session.db.reader() as connection:
            return [tuple(map(str, row)) for row in connection.execute(statement).fetchall()]

    def waiting(self) -> list[tuple[str, str]]:
        """Return key and state of each item that is not sent."""
        found = self.rows("SELECT key, state FROM outbox WHERE state NOT IN ('sent', 'undone')")
        return [(key, state) for key, state in found]


async def triage_without_network(laptop: Laptop, zone: Callable[[str], None]) -> None:
    """Open the workbench where there is no network, settle leads by keys, sleep, land elsewhere."""
    with laptop.session(NOWHERE) as session:
        async with laptop.workbench(session) as bench:
            await bench.press("h")
            await bench.sees("At risk · next 3 h to 18:0")
            await bench.press("space", "space", "space", "l")
            await bench.sees("3 leads")
            await bench.press("space", "space", "z")
            await bench.type("+5h")
            await bench.press("enter")
            await bench.sees("2 of 2 leads have a callback", "2 Put the callbacks off as well")
            await bench.press("2")
            await bench.sees("Snoozed until")
            await bench.press("l", "u")  # the last one alone is taken back
            await bench.sees("Undone")
            await bench.press("escape", "enter", "a")
            await bench.until(lambda: recorded(session, "no_answer"), "a call from the gate")
            await bench.press("escape")
            laptop.world.wait(9)
            zone("America/New_York")
            await bench.sees("19:0")
            await bench.press("h")
            await bench.sees("At risk · next 3 h to 22:0")


def recorded(session: Session, outcome: str) -> list[str]:
    """Return the leads with an outcome that was recorded here and not taken back."""
    with session.db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id FROM activity WHERE local = 1 AND disposition = ? AND activity_key IN"
            " (SELECT activity_key FROM outbox WHERE state != 'undone') ORDER BY lead_id",
            (outcome,),
        ).fetchall()
    return [str(row[0]) for row in rows]


def colleagues_edit(crm: Sandbox, moved: str, deleted: str, other: str) -> None:
    """Change what the rep has worked on meanwhile."""
    crm.patch(f"{CONTACTS}/{moved}", {"properties": {"hubspot_owner_id": "70002"}})
    crm.delete(f"{CONTACTS}/{deleted}")
    crm.patch(f"{CONTACTS}/{other}", {"properties": {"hs_lead_status": "OPEN_DEAL"}})


def behind_a_portal(laptop: Laptop) -> None:
    """Try to sync where each address answers with a login page: nothing is sent or lost."""
    before = laptop.waiting()
    assert before
    for status in ("200 OK", "302 Found"):
        act = answer(PORTAL, "Content-Type: text/html", "Location: /login", status=status)
        with raw_server(act) as hotel, pytest.raises((Unreachable, SdrDeskError)):
            laptop.sync(hotel.url)
    assert {key for key, _ in laptop.waiting()} == {key for key, _ in before}


def lose_half(crm: Sandbox) -> None:
    """Lose each second request of many, before or after it is carried out."""
    for nth in range(2, 40, 2):
        drop = "after" if nth % 4 else "before"
        crm.control("faults", {"path": ".*", "nth": nth, "drop": drop})


def times_at_the_crm(crm: Sandbox, kind: str, key: str) -> int:
    """Return how many records of the CRM carry the key of an item."""
    plural = KINDS[kind]
    return sum(
        record.archived_ms is None
        and (
            record.properties.get("sdrdesk_key") == key
            or key in record.properties.get(BODIES[plural], "")
        )
        for record in crm.account.tables[plural].rows.values()
    )


def sent_once_or_asked(laptop: Laptop, crm: Sandbox) -> None:
    """Check that each item is at the CRM once, or among the questions and conflicts of the rep."""
    with laptop.session() as session:
        asked = {key for question in session.desk.questions.open() for key in question.keys}
        conflicts = {conflict.lead_id for conflict in session.desk.outbox.conflicts()}
    items = laptop.rows("SELECT key, kind, state, lead_id, crm_id FROM outbox")
    assert items
    for key, kind, state, lead_id, crm_id in items:
        if state not in ("sent", "undone"):
            assert key in asked or lead_id in conflicts, (kind, state)
        if kind in ("call", "note", "meeting"):
            assert times_at_the_crm(crm, kind, key) == (state == "sent"), (kind, state)
        if kind == "task" and state == "sent":  # one of its own, or an earlier one that it closed
            assert crm_id in crm.account.tables["tasks"].rows
            assert times_at_the_crm(crm, kind, key) <= 1


async def test_everything_recorded_on_the_road_is_at_the_crm_once_or_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swift = functools.partial(
        transport.Timing, searches_per_s=1e9, backoff_s=0.0, sleep=lambda _: None
    )
    monkeypatch.setattr(transport, "Timing", swift)
    with running_sandbox(leads=90, now=AFTERNOON) as crm:
        world = World(crm)
        laptop, other = Laptop(world, tmp_path / "laptop"), Laptop(world, tmp_path / "other")
        laptop.sync()
        other.sync()
        world.wait(0.01)

        def land(zone: str) -> None:
            laptop.environ["TZ"] = zone
            monkeypatch.setenv("TZ", zone)

        land("Europe/Lisbon")
        await triage_without_network(laptop, land)
        with laptop.session(NOWHERE) as session:
            moved, deleted, changed = recorded(session, "nurture")
            (called,) = recorded(session, "no_answer")
        colleagues_edit(crm, moved, deleted, changed)
        with other.session() as session:  # the same person asks the rep on the other machine
            session.desk.outcome.record(called, Entry("do_not_call", world.clock()))
        other.sync()

        behind_a_portal(laptop)
        lose_half(crm)
        laptop.come_to_rest()
        crm.control("faults", method="DELETE")
        for machine in (other, laptop, other):
            machine.come_to_rest()

        for machine in (laptop, other):
            sent_once_or_asked(machine, crm)
            assert machine.rows(f"SELECT do_not_call FROM lead WHERE lead_id = '{called}'") == [
                ("1",)
            ]
        with laptop.session() as session:
            asked = {asked.lead_id: asked.reason for asked in session.desk.questions.open()}
            assert asked == {moved: "moved", deleted: "deleted"}
            away = session.desk.away.view()
            assert {lead.kind for lead in away.leads} >= {"moved", "deleted"}
