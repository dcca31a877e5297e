"""From a number of the day to its calls, the note and the lead, and back."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from textual.geometry import Region
from textual.widget import Widget

from sdrdesk.domain.reports.dials import Dial, counted, tally
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.log.screen import LogScreen
from sdrdesk.screens.log.text import line
from sdrdesk.screens.shell.sync_runner import SyncHappened
from sdrdesk.services.feed.steps import StepView
from sdrdesk.services.views.log import LogEntry, LogView, RepTotals
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.long_list import LongList
from sdrdesk.widgets.number_table import NumberTable
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.fake_office import ME, FakeLog

pytestmark = pytest.mark.anyio


class BigLog(FakeLog):
    """A day of 50 reps with 100 calls each; every tenth is a connect."""

    def day(self, day: object, rep: str = "") -> LogView:
        entries = tuple(
            LogEntry(
                f"c{n}", str(n), str(n % 50), f"Rep {n % 50:02d}", "104", f"Lead {n}", NOW,
                "callback" if n // 50 % 10 == 0 else "no_answer", "Call", 10, f"note {n}", "crm",
                counted=("dials", "connects") if n // 50 % 10 == 0 else ("dials",),
            )
            for n in range(5_000)
        )  # fmt: skip
        reps = tuple(
            RepTotals(str(n), f"Rep {n:02d}", 100, 10, 0, n % 3, 1_000, 0, {}, hours=(0,) * 24)
            for n in range(50)
        )
        return LogView("2026-11-19", "Europe/Dublin", reps, entries)


class BigTeam(FakeDesk):
    """A desk of that team."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.log = BigLog(self)


async def test_enter_goes_from_a_number_to_its_calls_to_the_note_to_the_lead() -> None:
    async with workbench(BigTeam()) as bench:
        await bench.press("2")
        await bench.sees("Team of 50", "rep 1–7 of 51", "All calls, 5000")
        await bench.press("down", "down", "right", "enter")
        await bench.sees("Rep 01: connects, 10")
        table = bench.app.screen.query_one(NumberTable)
        assert (table.row, table.column) == ("1", "connects")
        await bench.press("down", "enter")
        await bench.sees("Call · 2 of 10 · Lead 501", "note 501", "counts in  dials, connects")
        await bench.press("right", "right")
        await bench.sees("4 of 10", "Lead 1501")
        await bench.press("left")
        await bench.sees("3 of 10")
        await bench.press("enter")
        assert bench.screen_name == "LeadScreen"
        await bench.press("escape", "escape")
        assert bench.app.screen.query_one(LongList).key == "c1001"
        await bench.press("escape")
        await bench.sees("All calls, 5000")
        assert (table.row, table.column, table.has_focus) == ("1", "connects", True)
        await bench.press("escape")
        assert bench.screen_name == "QueueScreen"


async def test_calls_without_an_owner_are_not_those_of_the_team() -> None:
    class WithoutOwner(BigLog):
        def day(self, day: object, rep: str = "") -> LogView:
            found = super().day(day, rep)
            calls = tuple(
                entry._replace(owner_id="", owner="no owner") if entry.owner_id == "1" else entry
                for entry in found.activities
            )
            nobody = found.reps[1]._replace(owner_id="", name="no owner")
            reps = (found.reps[0], nobody, *found.reps[2:])
            return found._replace(activities=calls, reps=reps)

    desk = FakeDesk()
    desk.log = WithoutOwner(desk)
    async with workbench(desk) as bench:
        await bench.press("2", "enter")
        await bench.sees("Team: dials, 5000")
        await bench.press("escape", "down", "down", "enter")
        await bench.sees("no owner: dials, 100")


async def test_stepping_past_the_first_or_last_call_says_so() -> None:
    async with workbench(BigTeam()) as bench:
        await bench.press("2", "tab", "enter", "left")
        await bench.sees("This is the first call")
        await bench.press("escape", "end", "enter", "right")
        await bench.sees("5000 of 5000", "This is the last call")


async def test_reps_are_sorted_by_name_unless_by_meetings() -> None:
    async with workbench(BigTeam()) as bench:
        await bench.press("2")
        await bench.sees("Team of 50")
        assert "Rep 00" in bench.text.splitlines()[5]
        await bench.press("B")
        assert "Rep 02" in bench.text.splitlines()[5]
        await bench.press("B")
        assert "Rep 00" in bench.text.splitlines()[5]


async def test_a_number_without_calls_keeps_the_cursor_on_the_numbers() -> None:
    async with workbench(BigTeam()) as bench:
        await bench.press("2", "right", "right", "enter")
        await bench.sees("Team: conversations, 0")
        assert bench.app.screen.query_one(NumberTable).has_focus


async def test_a_wide_lead_list_is_cut_and_a_hostile_note_is_plain() -> None:
    class Hostile(BigLog):
        def day(self, day: object, rep: str = "") -> LogView:
            found = super().day(day, rep)
            entry = found.activities[0]._replace(note="[red]x[/] [@click=quit]y" * 40)
            return found._replace(activities=(entry,))

    desk = FakeDesk()
    desk.log = Hostile(desk)
    async with workbench(desk, size=(60, 20)) as bench:
        await bench.press("2", "tab", "enter")
        await bench.sees("[red]x[/] [@click=quit]y")


def test_the_rep_of_a_line_is_their_first_name_and_nobody_is_no_owner() -> None:
    utc = ZoneInfo("UTC")
    clocks = {"": utc, "1": utc, "2": utc}
    base = LogEntry("c", "1", "1", "Rita Rep", "9", "Ada", NOW, "x", "Not now", 5, "", "crm")
    said = line(base._replace(reason="No budget"), clocks, 120).plain
    assert "Rita " in said
    assert "Rep" not in said
    assert "No budget" in said
    assert "no owner" in line(base._replace(owner_id="", owner="no owner"), clocks, 120).plain
    assert " UTC " not in said
    there = clocks | {"2": ZoneInfo("America/New_York")}
    assert (
        f"{NOW.astimezone(there['2']):%H:%M} EST"
        in line(base._replace(owner_id="2"), there, 120).plain
    )
    assert f"{NOW:%H:%M}      " in line(base, there, 120).plain


def test_each_number_lists_as_many_calls_as_it_counts() -> None:
    from sdrdesk.domain.outcome.catalog import parse_dispositions
    from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
    from tests.support.fake_office import shipped

    classifier = OutcomeClassifier(parse_dispositions(shipped("dispositions.toml")))
    dials = [
        Dial(
            str(n), "1", "7", NOW, n % 7 != 0, classifier.of(key, ""), seconds,
            meeting="credited" if n % 5 == 0 else "",
        )
        for n, (key, seconds) in enumerate(
            (key, seconds)
            for key in ("no_answer", "gatekeeper", "callback", "meeting_set", "disqualified")
            for seconds in (0, 59, 60, 400)
        )
    ]  # fmt: skip
    whole = tally(dials, 60)
    for name in ("dials", "connects", "conversations", "meetings_set", "disqualified_without_call"):
        assert sum(name in counted(dial, 60) for dial in dials) == getattr(whole, name) > 0


async def test_a_comment_goes_to_the_crm_only_if_asked() -> None:
    async with workbench(BigTeam()) as bench:
        await bench.press("2", "tab", "enter", "W")
        await bench.sees("Comment on this call")
        await bench.type("ask for budget")
        await bench.press("enter")
        await bench.sees("Comment saved on this machine only.")
        await bench.press("W")
        await bench.type("well done")
        await bench.press("ctrl+s")
        await bench.sees("Comment saved. It will be sent")
        await bench.press("W", "escape")
        assert bench.desk.comments_made == [
            ("c0", "ask for budget", False),
            ("c0", "well done", True),
        ]


async def test_the_log_shows_the_team_now_and_every_step_of_round_robin() -> None:
    desk = FakeDesk()
    desk.wall_lines = ["Now: 1 calling (Omar Haddad calling)"]
    desk.steps_today = [
        StepView(NOW - timedelta(minutes=3), "104", "Ines Duarte", ME, "Rita Rep", "Offered"),
        StepView(NOW - timedelta(minutes=2), "104", "Ines Duarte", "70002", "Omar Haddad", "Taken"),
    ]
    async with workbench(desk) as bench:
        await bench.press("2")
        await bench.sees("Now: 1 calling (Omar", "round robin, 2 steps", "Taken · Omar Haddad")
        desk.wall_lines = ["Now: 1 paused (Omar Haddad paused)"]
        bench.app.post_message(SyncHappened(SyncEvent("team", "")))
        await bench.sees("Now: 1 paused")
        await bench.press("tab", "end", "C")
        await bench.sees("Choose a call first", "Ines Duarte: Taken, Omar Haddad")
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, LeadScreen))
        await bench.press("escape")
        await bench.press("[")
        await bench.sees("No calls on this day")
        await bench.until(lambda: "Now: 1 paused" not in bench.text)
        assert "round robin" not in bench.text


async def test_the_same_day_again_is_painted_without_a_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    usual = Widget.refresh

    def refresh(widget: Widget, *regions: Region, layout: bool = False, **more: bool) -> Widget:
        asked.extend([widget.id or type(widget).__name__] if layout else [])
        return usual(widget, *regions, layout=layout, **more)

    async with workbench(BigTeam()) as bench:
        await bench.press("2")
        await bench.sees("All calls, 5000")
        await bench.still()
        screen = bench.app.screen
        assert isinstance(screen, LogScreen)
        monkeypatch.setattr(Widget, "refresh", refresh)
        screen.load()
        await bench.settle()
        assert asked == []
        await bench.press("tab", "down")
        await bench.sees("Lead 1: note 1")
        assert "note" in asked, "other words may take another line"
