"""A call block by keys against a sandbox CRM process, with the real sync running beside it.

In the end every call is found at the CRM exactly once, also those whose answer got lost on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.worker import WorkerCancelled

from sdrdesk.app import SdrDeskApp
from sdrdesk.cli.background import sync_loop
from sdrdesk.cli.session import Session
from sdrdesk.clock import iso, system_clock
from sdrdesk.paths import find_paths
from sdrdesk.screens.sync.questions import QuestionsScreen
from sdrdesk.store.reports.lookups import every_activity
from tests.support.bench import screen_text
from tests.support.desk_home import open_always
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox, sandbox_process

pytestmark = pytest.mark.anyio
CRM = "/crm/objects/2026-09"
CONFIG = '[storage]\nencryption = "off"\n[sync]\ngrace_s = 1\n[queue]\nowners = "all"\n'
TURNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("a",), "no_answer"),
    (("v",), "left_voicemail"),
    (("b",), "busy"),
    (("c", "plus", "3", "d", "enter"), "callback"),
    (("g",), "gatekeeper"),
    (("a",), "no_answer"),
    (("x", "1"), "not_interested"),
    (("Q", "enter"), "qualified"),
    (("m", "plus", "3", "d", "enter"), "meeting_set"),
    (("w",), "wrong_number"),
)
COLLEAGUE = "70002"
CHARACTERS = {"enter": "\r", "plus": "+"}
LOST_ANSWERS = {"method": "POST", "path": "/calls", "nth": 2, "times": 2, "drop": "after"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class MovableClock:
    """The machine's clock, put forward at will: pauses between tries need not be waited for."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


def environment(home: Path, crm: Sandbox) -> dict[str, str]:
    open_always(home)
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    return {
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token,
        "SDRDESK_API_URL": crm.url,
        "SDRDESK_OWNER": crm.owner,
    }


def everything(crm: Sandbox, kind: str, properties: str) -> Iterator[dict[str, Any]]:
    """Yield every record of a kind that the CRM holds."""
    path: str | None = f"{CRM}/{kind}?limit=100&properties={properties}&associations=contacts"
    after = ""
    while path:
        answer = crm.get(path + after).json
        yield from answer["results"]
        paging = answer.get("paging")
        after = f"&after={paging['next']['after']}" if paging else ""
        if not paging:
            path = None


async def block(home: Path, crm: Sandbox, dials: int) -> None:
    clock = MovableClock()
    paths = find_paths(environment(home, crm))
    paths.ensure()
    session = Session(paths, environment(home, crm), clock)
    try:
        session.engine().run(release_held=False)
        crm.control("faults", LOST_ANSWERS)
        await by_keys(session, dials)
        for _ in range(20):
            report = session.engine().push(release_held=True)
            if not report.left:
                break
            clock.ahead += timedelta(minutes=10)
        assert {item.state for item in session.desk.outbox.items()} <= {"sent"}
        compare(session, crm, dials)
    finally:
        session.close()


async def block_with_questions(home: Path, crm: Sandbox, dials: int) -> None:
    """Call without a network while leads move to a colleague, and answer what the sync asks."""
    clock = MovableClock()
    paths = find_paths(environment(home, crm))
    paths.ensure()
    session = Session(paths, environment(home, crm), clock)
    try:
        session.engine().run(release_held=False)
        await by_keys(session, dials, online=False)
        called = {a.lead_id for a, _ in every_activity(session.db) if a.local and a.disposition}
        for lead_id in sorted(called)[::3]:
            fields = {"properties": {"hubspot_owner_id": COLLEAGUE}}
            assert crm.patch(f"{CRM}/contacts/{lead_id}", fields).status == 200
        clock.ahead += timedelta(minutes=1)
        session.engine().run(release_held=True)
        assert session.desk.questions.open()
        await answer_by_keys(session)
        for _ in range(20):
            report = session.engine().push(release_held=True)
            if not report.left and not session.desk.questions.open():
                break
            clock.ahead += timedelta(minutes=10)
            if session.desk.questions.open():
                await answer_by_keys(session)
        assert {item.state for item in session.desk.outbox.items()} <= {"sent"}
        compare(session, crm, dials)
    finally:
        session.close()


async def answer_by_keys(session: Session) -> None:
    """Have everything written that the sync asks about."""
    app = SdrDeskApp(session.desk, None, theme="")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: "callable of" in screen_text(app), "the queue")
        await app.push_screen(QuestionsScreen(app.place))
        await until(app, lambda: "Before it is written" in screen_text(app), "the questions")
        await pilot.press("ctrl+a", "R")
        await until(app, lambda: not session.desk.questions.open(), "the answers")
        with contextlib.suppress(WorkerCancelled):
            await app.workers.wait_for_complete()


async def by_keys(session: Session, dials: int, *, online: bool = True) -> None:
    """Work through the queue as fast as the keys are taken."""
    app = SdrDeskApp(session.desk, sync_loop(session) if online else None, theme="")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await until(app, lambda: "callable of" in screen_text(app), "the queue")
        for turn in range(dials):
            keys, _ = TURNS[turn % len(TURNS)]
            for key in ("enter", *keys):
                app.post_message(events.Key(key, CHARACTERS.get(key, key)))
            # Each outcome is on the disk before the next call.
            await until(app, partial(has_recorded, session, turn + 1), f"outcome {turn}")
        # A read that a later one of its group replaced is no failure.
        with contextlib.suppress(WorkerCancelled):
            await app.workers.wait_for_complete()


async def until(app: SdrDeskApp, true: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while not true():
        if loop.time() > end:
            raise AssertionError(f"never came: {what}\n{screen_text(app)}")
        await asyncio.sleep(0.005)


def has_recorded(session: Session, outcomes: int) -> bool:
    with session.db.reader() as connection:
        (count,) = connection.execute("SELECT count(*) FROM activity WHERE local = 1").fetchone()
    return int(count) >= outcomes


def compare(session: Session, crm: Sandbox, dials: int) -> None:
    """Compare the record of the rep with what the CRM holds, call by call."""
    mine = {a.activity_key: a for a, _ in every_activity(session.db) if a.local and a.disposition}
    expected = Counter(TURNS[turn % len(TURNS)][1] for turn in range(dials))
    assert Counter(activity.disposition for activity in mine.values()) == expected
    # Nobody is called again in the same block, but on another number after a wrong one.
    once = [a.lead_id for a in mine.values() if a.disposition != "wrong_number"]
    assert len(set(once)) == len(once)
    seen: Counter[str] = Counter()
    for call in everything(crm, "calls", "hs_call_body,hs_call_to_number,hs_call_duration"):
        body = call["properties"].get("hs_call_body") or ""
        key = body.partition("[ref sdrdesk ")[2].partition("]")[0]
        if key:
            seen[key] += 1
            linked = call["associations"]["contacts"]["results"]
            assert mine[key].lead_id in {row["id"] for row in linked}
            assert call["properties"]["hs_call_to_number"] == mine[key].number
    assert seen == Counter(list(mine))
    meetings = everything(crm, "meetings", "hs_meeting_body")
    made = [row for row in meetings if "ref sdrdesk" in str(row["properties"])]
    assert len(made) == expected["meeting_set"]
    # A promise is one open task, made for it or moved to it.
    open_tasks = Counter[tuple[str, str]]()
    for task in everything(crm, "tasks", "hs_timestamp,hs_task_type,hs_task_status"):
        said = task["properties"]
        if said["hs_task_type"] == "CALL" and said["hs_task_status"] == "NOT_STARTED":
            for row in task.get("associations", {}).get("contacts", {}).get("results", ()):
                open_tasks[row["id"], str(said["hs_timestamp"])[:16]] += 1
    promised = [a for a in mine.values() if a.callback_at is not None]
    assert len(promised) == expected["callback"]
    for activity in promised:
        due = activity.callback_at
        assert due is not None
        assert open_tasks[activity.lead_id, iso(due)[:16]] == 1


async def test_every_call_of_a_block_is_at_the_crm_exactly_once(home: Path) -> None:
    with sandbox_process("--leads", "200", "--no-limits", "--lag-ms", "0") as (crm, _):
        await block(home, crm, 24)


@pytest.mark.long
async def test_what_moved_meanwhile_is_asked_and_then_written_exactly_once(home: Path) -> None:
    with sandbox_process("--leads", "120", "--no-limits", "--lag-ms", "0") as (crm, _):
        await block_with_questions(home, crm, 10)


@pytest.mark.soak
async def test_everything_asked_in_two_hundred_calls_is_at_the_crm_exactly_once(
    home: Path, request: pytest.FixtureRequest
) -> None:
    if "soak" not in str(request.config.getoption("markexpr")):
        pytest.skip("a minute or two: make soak")
    with sandbox_process("--leads", "1000", "--no-limits", "--lag-ms", "0") as (crm, _):
        await block_with_questions(home, crm, 200)


@pytest.mark.soak
async def test_every_call_of_two_hundred_is_at_the_crm_exactly_once(
    home: Path, request: pytest.FixtureRequest
) -> None:
    if "soak" not in str(request.config.getoption("markexpr")):
        pytest.skip("a minute or two: make soak")
    with sandbox_process("--leads", "1000", "--no-limits", "--lag-ms", "0") as (crm, _):
        await block(home, crm, 200)
