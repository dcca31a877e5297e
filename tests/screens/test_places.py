"""Log, sync, lead, help, palette, welcome, themes and keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.app import SdrDeskApp
from sdrdesk.services.views.sync import ConflictView, OutboxView, SyncEvent
from sdrdesk.widgets.lead_list import LeadList
from sdrdesk.widgets.lines import KeyLine
from sdrdesk.widgets.outcome_bar import OutcomeBar
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.anyio

REFUSED = OutboxView(
    "k1", "contact", "105", "Priya Nair", "blocked", 1, "hs_lead_status is read only [/x]", "",
    NOW - timedelta(hours=1), None, None, "Status: NEW → CONNECTED",
)  # fmt: skip
CONFLICT = ConflictView(
    "k2", "104", "Tom Byrne", "hs_lead_status", "NEW", "IN_PROGRESS", "CONNECTED",
    NOW - timedelta(minutes=9), NOW - timedelta(minutes=4),
)  # fmt: skip


class FakeSync:
    """A background sync that reports what it is told to, and stops when asked."""

    def __init__(self) -> None:
        self.kicks: list[bool] = []
        self.running = threading.Event()
        self.ended = threading.Event()
        self._woken = threading.Event()
        self.tell: Callable[[SyncEvent], None] = lambda event: None

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        self.tell = on_event
        self.running.set()
        while not should_stop():
            self._woken.wait(0.05)
            self._woken.clear()
        self.ended.set()

    def kick(self, *, release_held: bool = False) -> None:
        self.kicks.append(release_held)
        self._woken.set()


async def test_the_log_shows_the_day_and_opens_the_lead() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "a", "escape", "2")
        await bench.sees("Log · Thu 19 Nov 2026", "Omar Haddad", "Rita Rep", "Team", "hour ")
        await bench.press("tab", "end")
        await bench.sees("… held", "not in HubSpot yet")
        await bench.press("enter")
        await bench.sees("counts in  dials", "Europe/Dublin")
        await bench.press("enter")
        await bench.sees("jun@example.com")
        assert bench.screen_name == "LeadScreen"
        await bench.press("escape", "escape", "1")
        assert bench.screen_name == "QueueScreen"


async def test_the_log_goes_by_days_but_not_into_the_future() -> None:
    async with workbench() as bench:
        await bench.press("2", "left_square_bracket")
        await bench.sees("Wed 18 Nov 2026")
        await bench.press("right_square_bracket", "right_square_bracket")
        await bench.sees("Thu 19 Nov 2026")
        await bench.press("left_square_bracket", "left_square_bracket", "0")
        await bench.sees("Thu 19 Nov 2026")
        await bench.press("P", "down", "enter")
        await bench.sees("my day")
        await bench.press("P", "home", "down", "down", "enter")
        await bench.sees("Omar Haddad", "Marco Bianchi")


async def test_sync_lists_unsent_and_refused_items() -> None:
    desk = FakeDesk(blocked=[REFUSED], open_conflicts=[CONFLICT])
    async with workbench(desk) as bench:
        await bench.sees("! 2 need you (3)")
        await bench.press("enter", "a", "escape", "3")
        await bench.sees(
            "Needs you 2", "hs_lead_status is read only [/x]", "< In progress",
            "> Connected", "To send 2", "Sent 1",
        )  # fmt: skip
        await bench.press("delete")
        await bench.until(lambda: not desk.blocked)
        await bench.sees("✓ Dropped", "Needs you 1")
        await bench.press("greater_than_sign")
        await bench.until(lambda: not desk.open_conflicts)
        assert desk.settled == ("k2", "theirs")
        await bench.sees("nothing refused, no conflicts")


async def test_keys_that_do_not_apply_to_a_line_do_nothing() -> None:
    desk = FakeDesk(open_conflicts=[CONFLICT])
    async with workbench(desk) as bench:
        await bench.press("3")
        await bench.sees("Needs you 1")
        await bench.press("delete", "R")
        assert desk.open_conflicts
        await bench.press("less_than_sign")
        await bench.until(lambda: not desk.open_conflicts)
        assert desk.settled == ("k2", "mine")


async def test_a_refused_item_can_be_retried() -> None:
    desk = FakeDesk(blocked=[REFUSED])
    async with workbench(desk) as bench:
        await bench.press("3")
        await bench.sees("Needs you 1")
        await bench.press("R")
        await bench.until(lambda: desk.blocked[0].state == "queued")
        await bench.sees("To send 1")


async def test_the_lead_screen_calls_and_copies() -> None:
    async with workbench() as bench:
        await bench.press("j", "o")
        await bench.sees("jun@example.com", "Kate Murphy", "14 page views")
        await bench.press("y")
        assert bench.app.clipboard == "+353 87 555 0142"
        await bench.press("enter")
        await bench.sees("☎ 00:00")


async def test_help_shows_words_and_keys_of_the_screen() -> None:
    async with workbench(size=(80, 60)) as bench:
        await bench.press("f1")
        await bench.sees("The queue", "Call the lead under the cursor", "Set the lead's time zone")
        await bench.press("escape", "enter", "f1")
        await bench.sees("The call", "Undo the last outcome")


async def test_the_palette_finds_places_outcomes_and_leads() -> None:
    async with workbench() as bench:
        await bench.press("ctrl+p")
        await bench.type("go log")
        await bench.sees("Go: Log")
        await bench.press("enter")
        await bench.until(lambda: bench.app.current_mode == "log")
        await bench.press("1", "ctrl+p")
        await bench.type("fischer")
        await bench.sees("Lead: Lena Fischer")
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "LeadScreen")
        await bench.press("escape", "j", "enter", "ctrl+p")
        await bench.type("outcome busy")
        await bench.sees("Outcome: Busy")
        await bench.press("enter")
        await bench.until(lambda: bench.desk.entries)
        assert bench.desk.entries[0].disposition == "busy"


async def test_the_first_run_is_greeted_once() -> None:
    async with workbench(first_run=True) as bench:
        await bench.sees("Welcome to sdrdesk", "F6      start a call block", "h       at risk")
        await bench.press("enter")
        assert bench.screen_name == "QueueScreen"


async def test_the_greeting_is_whole_in_a_small_window_and_comes_back_by_name() -> None:
    async with workbench(first_run=True, size=(60, 20)) as bench:
        await bench.sees("Welcome to sdrdesk", "ctrl+p finds any by name", "⏎ start")
        await bench.press("enter", "ctrl+p")
        await bench.type("welcome")
        await bench.sees("Go: Welcome")
        await bench.press("enter")
        await bench.sees("Welcome to sdrdesk")


async def test_an_unknown_theme_is_reported_and_replaced() -> None:
    async with workbench(theme="nonesuch") as bench:
        (note,) = bench.toasts
        assert "no theme called nonesuch" in note.message
        assert bench.app.theme == "desk-dark"


@pytest.mark.parametrize("theme", ["desk-dark", "desk-light", "desk-contrast"])
async def test_every_theme_paints(theme: str) -> None:
    async with workbench(theme=theme) as bench:
        await bench.sees("Ada Okafor")
        assert bench.app.theme == theme


async def test_keys_can_be_remapped_by_their_public_ids() -> None:
    async with workbench(keymap={"queue.call": "c"}) as bench:
        await bench.sees("c call")
        await bench.press("c")
        assert bench.screen_name == "CallScreen"


async def test_the_background_sync_starts_after_the_first_paint_and_ends_with_the_app() -> None:
    sync = FakeSync()
    async with workbench(sync=sync) as bench:
        await bench.until(sync.running.is_set, "the sync")
        await bench.sees("Ada Okafor")
        bench.desk.connection = "offline"
        sync.tell(SyncEvent("offline", "The CRM cannot be reached."))
        await bench.sees("○ offline")
        await bench.press("r")
        assert sync.kicks == [True]
        await bench.sees("Syncing now")
    assert sync.ended.wait(PATIENCE_S)


async def test_ctrl_c_copies_selected_text_and_quits_otherwise() -> None:
    async with workbench() as bench:
        await bench.press("slash")
        await bench.type("ada")
        await bench.press("shift+home", "ctrl+c")
        assert bench.app.clipboard == "ada"
        assert bench.app.is_running
        await bench.press("escape")
        await bench.pilot.press("ctrl+c")
        await bench.until(lambda: bench.has_ended)


async def test_a_dialog_stays_open_until_answered() -> None:
    async with workbench() as bench:
        await bench.press("question_mark", "2")
        assert bench.app.current_mode == "queue"
        await bench.press("escape", "2")
        assert bench.app.current_mode == "log"


class StuckSync(FakeSync):
    """A background sync that hangs in a request and hears nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        self.running.set()
        self.let_go.wait(2 * PATIENCE_S)
        self.ended.set()


async def test_a_hanging_sync_does_not_block_quitting() -> None:
    sync = StuckSync()
    async with workbench(sync=sync) as bench:
        await bench.until(sync.running.is_set, "the sync")
        left = time.monotonic()
    assert time.monotonic() - left < PATIENCE_S, "quitting waited for the network"
    assert not sync.ended.is_set()
    sync.let_go.set()
    assert sync.ended.wait(PATIENCE_S)


async def test_everything_can_be_clicked() -> None:
    async with workbench() as bench:
        await bench.pilot.click(LeadList, offset=(10, 1))
        await bench.settle()
        assert bench.app.screen.query_one(LeadList).lead_id == "102"
        await bench.pilot.click(LeadList, offset=(10, 2), times=2)
        await bench.until(lambda: bench.screen_name == "CallScreen")
        await bench.sees("Lena Fischer", "☎ 00:00")
        await bench.pilot.click(OutcomeBar, offset=(3, 0))
        await bench.until(lambda: bench.desk.entries)
        assert bench.desk.entries[0].disposition == "no_answer"
        await bench.pilot.click(KeyLine, offset=(2, 0))
        await bench.until(lambda: bench.desk.in_call is not None, "the start of the call")


async def test_two_actions_on_one_key_are_reported() -> None:
    async with workbench(keymap={"queue.call": "s"}) as bench:
        await bench.until(lambda: bench.toasts)
        (note,) = bench.toasts
        assert "gives s to queue.call and to queue.skip" in note.message
    async with workbench(keymap={"queue.call": "s", "queue.skip": "enter"}) as bench:
        assert not bench.toasts


async def test_an_unknown_id_is_reported_once_with_the_nearest() -> None:
    async with workbench(keymap={"queue.cal": "c", "zzz": "x"}) as bench:
        await bench.until(lambda: len(bench.toasts) == 2)
        said = " ".join(note.message for note in bench.toasts)
        assert "names 'queue.cal', and no key has that id (did you mean 'queue.call'?)" in said
        assert "names 'zzz', and no key has that id. `sdrdesk keys` lists them" in said
        await bench.press("2", "1", "enter")
        assert len(bench.toasts) == 2


async def test_many_keymap_problems_are_counted_in_one_warning() -> None:
    async with workbench(keymap={f"no.{n}": "x" for n in range(5)}) as bench:
        await bench.until(lambda: len(bench.toasts) == 2)
        await bench.sees("4 more problems")


async def test_a_clash_is_reported_once_per_run(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []  # counted here: a toast ends after ten seconds, however slow the machine
    notify = SdrDeskApp.notify

    def counted(self: SdrDeskApp, message: str, **how: Any) -> None:
        said.append(message)
        notify(self, message, **how)

    monkeypatch.setattr(SdrDeskApp, "notify", counted)
    async with workbench(keymap={"call.facts": "a"}) as bench:
        for _ in range(3):
            await bench.press("enter", "escape", "escape")
        assert len(said) == 1


async def test_a_key_of_the_list_and_one_that_works_everywhere_clash_too() -> None:
    async with workbench(keymap={"queue.call": "j", "queue.why": "2"}) as bench:
        await bench.until(lambda: len(bench.toasts) == 2)
        said = " ".join(note.message for note in bench.toasts)
        assert "gives 2 to queue.why and to app.log" in said
        assert "gives j to queue.call and to list.down" in said


@pytest.mark.parametrize(("key", "what"), [("a", "outcome No answer"), ("2", "an objection")])
async def test_a_remapped_key_that_hides_an_outcome_is_reported(key: str, what: str) -> None:
    async with workbench(keymap={"call.facts": key}) as bench:
        await bench.press("j", "enter")
        await bench.sees(f"Your keymap gives {key} to {what}")
        await bench.press("a")
        assert [entry.disposition for entry in bench.desk.entries] == ["no_answer"]


async def test_a_remapped_key_of_the_call_works_and_is_in_the_footer() -> None:
    async with workbench(keymap={"call.facts": "k"}) as bench:
        await bench.press("j", "enter", "k")
        await bench.type("50k")
        await bench.press("escape")
        await bench.until(
            lambda: bench.desk.in_call and bench.desk.in_call.qualify == {"budget": "50k"}
        )
        await bench.sees("k facts")


async def test_the_sync_screen_says_why_the_crm_is_not_used_next_to_the_line() -> None:
    why = "HubSpot answered that it is not available now: HTTP 503."
    desk = FakeDesk(connection="unavailable", detail=why, cause="HTTP 503")
    async with workbench(desk, size=(60, 20)) as bench:
        await bench.press("3")
        await bench.sees("○ HubSpot: HTTP 503", "! HubSpot answered", "No answer. 1 attempt.")
        bench.desk.connection, bench.desk.cause = "online", "a right is missing"
        await bench.press("escape", "3")
        await bench.sees("● online · ! a right is missing (3)")


@pytest.mark.parametrize(
    ("cause", "said", "instead"),
    [
        ("not logged in", "! not logged in", "No CRM account yet."),
        ("a right is missing", "! a right is missing", "HubSpot showed no leads at the last sync"),
        ("", "! token refused", "HubSpot showed no leads at the last sync"),
    ],
)
async def test_the_state_line_says_refused_only_of_a_token_that_was(
    cause: str, said: str, instead: str
) -> None:
    desk = FakeDesk(connection="refused", detail="Look here.", cause=cause)
    desk.by_id.clear()
    async with workbench(desk) as bench:
        await bench.sees(said, instead)
