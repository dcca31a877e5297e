"""Two machines of one rep agree by way of a folder, in any order of exchanges."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.clock import iso
from sdrdesk.config import Settings
from sdrdesk.domain.block.block import Block, Goal, GoalKind
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.outcome.types import LeadChange, Scope
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.json import lead_json
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.desk.text import lead_words
from sdrdesk.services.sync.folder import FolderExchange, FolderReport
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.blocks import end_block, open_block, pause_block, start_block
from sdrdesk.store.record.outcomes import record
from sdrdesk.store.shared import item_file
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, lead_row, plan, put
from tests.support.desk_home import open_always

KEY = "ab" * 32
LEADS = ("501", "502", "503")


class Home:
    """One machine of rep 7."""

    def __init__(self, directory: Path, shared: Path, owner: str = "7") -> None:
        self.at = NOW
        self.db = Database.open(directory / "sdrdesk.db")
        put(self.db, OwnerRow(owner_id="7", name="Rita Rep", email="rita@harbour.example"))
        put(self.db, *(lead_row(lead_id) for lead_id in LEADS))
        rules = directory / "rules"
        open_always(rules)
        settings = Settings()
        settings = settings._replace(crm=settings.crm._replace(owner="7"))
        self.desk = LocalDesk(
            db=self.db, rulebook=Rulebook(rules, ""), settings=settings,
            scripts=lambda: ScriptShelf(rules / "scripts", settings.rep), clock=lambda: self.at,
            zone=ZoneInfo("UTC"), demo=False, meetings_dir=directory / "meetings",
        )  # fmt: skip
        self.key = KEY
        self.exchange = FolderExchange(
            self.db, str(shared), lambda: self.key, lambda: self.at,
            lambda: Owner(owner, "Rita Rep", ""),
            lambda connection, lead_ids: self.desk.cadences.settle(connection, *lead_ids),
        )  # fmt: skip

    def run(self) -> FolderReport:
        return self.exchange.run()

    def shown(self) -> dict[str, list[Any]]:
        """Return every decision that the two are to agree on."""
        queries = {
            "desk": "SELECT lead_id, snoozed_until_ms, snooze_reason, rest_seen_ms, rest_promise,"
            " pinned_ms, rep_time_zone FROM lead_desk WHERE snoozed_until_ms IS NOT NULL"
            " OR rest_seen_ms IS NOT NULL OR pinned_ms IS NOT NULL OR rep_time_zone <> ''",
            "lines": "SELECT lead_id, text FROM first_line WHERE text <> '' AND used_by = ''",
            "numbers": "SELECT lead_id, number FROM number_hold",
            "barred": "SELECT scope, value FROM suppression",
            "blocks": "SELECT block_id, started_ms, length_s, ended_ms FROM block",
            "cadences": "SELECT lead_id, cadence, run_id, step, due_ms FROM cadence_run"
            " WHERE ended_ms IS NULL",
            "pauses": "SELECT block_id, started_ms, ended_ms FROM block_pause",
        }
        with self.db.reader() as connection:
            return {
                name: sorted(map(repr, connection.execute(sql).fetchall()))
                for name, sql in queries.items()
            }


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def homes(tmp_path: Path, shared: Path) -> Iterator[list[Home]]:
    with ExitStack() as stack:
        made = [Home(tmp_path / name, shared) for name in ("desk", "laptop")]
        for home in made:
            stack.callback(home.db.close)
        yield made


def block(name: str, at: datetime) -> Block:
    return Block(name, "7", at, 3600, Goal(GoalKind.DIALS, 20), "", (), None)


def _block(home: Home, random: Random) -> None:
    running = open_block(home.db, "7")
    if running is None:
        start_block(home.db, block(f"block {random.randrange(10**9)}", home.at))
    elif running.pause is None and random.random() < 0.5:
        pause_block(home.db, "7", "coffee", home.at)
    else:
        end_block(home.db, "7", home.at)


def _cadence(home: Home, lead: str, random: Random) -> None:
    with suppress(UsageError):
        if home.desk.cadences.run(lead) is None:
            home.desk.cadences.start(lead, random.choice(("no-show", "content-download")))
        else:
            home.desk.cadences.stop(lead)


def act(home: Home, random: Random) -> None:
    """Decide something, as the rep would."""
    lead, decide = random.choice(LEADS), home.desk.decisions
    until = home.at + timedelta(hours=random.randrange(1, 90))
    what = random.randrange(9)
    if what == 0:
        decide.snooze(lead, until, f"reason {random.randrange(9)}")
    elif what == 1:
        decide.pin(lead, pinned=True)
    elif what == 2:
        decide.pin(lead, pinned=False)
    elif what == 3:
        home.desk.decisions.set_first_line(lead, f"line {random.randrange(99)}")
    elif what == 4:
        home.desk.decisions.set_first_line(lead, "")
    elif what == 5:
        decide.skip(lead, "skipped")
    elif what == 6:
        _block(home, random)
    elif what == 7:
        _cadence(home, lead, random)
    else:
        number = f"+1555010{random.randrange(10)}"
        barred: tuple[tuple[Scope, str], ...] = (("person", lead),) if random.random() < 0.3 else ()
        change = LeadChange(number_held=number, suppress=barred)
        record(home.db, plan(lead, key=str(random.random()), at=home.at, change=change),
               now=home.at)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_two_machines_agree_after_an_exchange_of_both(homes: list[Home], seed: int) -> None:
    random = Random(seed)
    for _ in range(24):
        home = random.choice(homes)
        for other in homes:  # one clock
            other.at += timedelta(minutes=7)
        if random.random() < 0.3:
            home.run()
        else:
            act(home, random)
    order = homes if seed % 2 else homes[::-1]
    for home in (*order, *order, *order):
        home.run()
    first, second = (home.shown() for home in homes)
    assert first == second
    assert not any(home.run().applied for home in order), "nothing is told back and forth"
    assert not any(home.run().written for home in order), "an unchanged file is left alone"


def test_the_later_decision_counts_also_when_the_earlier_one_is_told_later(
    homes: list[Home],
) -> None:
    desk, laptop = homes
    desk.desk.decisions.snooze("501", NOW + timedelta(days=3), "on the desk, at ten")
    for home in homes:
        home.at += timedelta(hours=1)
    laptop.desk.decisions.snooze("501", NOW + timedelta(days=1), "on the laptop, at eleven")
    laptop.run()
    for home in homes:
        home.at += timedelta(hours=5)
    desk.run()
    laptop.run()
    for home in homes:
        assert "at eleven" in home.shown()["desk"][0]


def test_a_lead_shows_what_was_decided_on_the_other_machine(homes: list[Home]) -> None:
    desk, laptop = homes
    desk.desk.decisions.snooze("501", NOW + timedelta(days=2), "on holiday")
    desk.desk.decisions.set_first_line("501", "ask for Bo")
    desk.desk.decisions.pin("502", pinned=True)
    desk.run()
    laptop.run()
    said: dict[str, Any] = {
        lead: lead_json(laptop.desk.leads.view(lead))["decisions"] for lead in ("501", "502")
    }
    assert said["501"] == {
        "snoozed": True, "snoozed_until": iso(NOW + timedelta(days=2)),
        "snooze_reason": "on holiday", "pinned": False, "first_line": "ask for Bo",
    }  # fmt: skip
    assert said["502"]["pinned"]
    words = list(lead_words(laptop.desk.leads.view("501"), ZoneInfo("UTC")))
    assert any(line.startswith("Snoozed until ") and "on holiday" in line for line in words)
    assert "Opening note: ask for Bo" in words
    laptop.at += timedelta(days=3)
    assert not laptop.desk.leads.view("501").decided.snoozed


def test_what_was_removed_does_not_come_back(homes: list[Home]) -> None:
    desk, laptop = homes
    desk.desk.decisions.pin("501", pinned=True)
    desk.run()
    laptop.run()
    assert laptop.shown()["desk"] != []
    laptop.at += timedelta(minutes=5)
    laptop.desk.decisions.pin("501", pinned=False)
    for home in (laptop, desk, laptop, desk):
        home.run()
    assert [home.shown()["desk"] for home in homes] == [[], []]


def test_a_cadence_goes_on_on_the_other_machine_and_ends_there_too(homes: list[Home]) -> None:
    desk, laptop = homes
    desk.desk.cadences.start("501", "no-show")
    desk.desk.cadences.start("502", "no-show")
    for home in (*homes, *homes):
        home.run()
    there = laptop.desk.cadences.run("501")
    assert there is not None
    assert (there.run.cadence, there.run.what) == ("no-show", "call")
    assert laptop.desk.leads.view("501").row.cadence == "no-show: step 1/6 call due"
    for home in homes:
        home.at += timedelta(minutes=5)
    laptop.desk.cadences.stop("501")
    desk.desk.undo.last()  # the start of the other one
    for home in (*homes, *homes):
        home.run()
    assert [home.desk.cadences.runs() for home in homes] == [[], []]
    for home in homes:
        home.at += timedelta(minutes=5)
    laptop.desk.undo.last()
    for home in (*homes, *homes):
        home.run()
    assert [len(home.desk.cadences.runs()) for home in homes] == [1, 1]
    assert not any(home.run().written for home in homes)  # and nothing goes back and forth


def test_of_two_cadences_of_one_lead_the_later_start_counts(homes: list[Home]) -> None:
    desk, laptop = homes
    desk.desk.cadences.start("501", "no-show")
    laptop.at += timedelta(minutes=1)
    laptop.desk.cadences.start("501", "content-download")
    for home in (*homes, *homes):
        home.run()
    assert desk.shown() == laptop.shown()
    assert [run.run.cadence for run in desk.desk.cadences.runs()] == ["content-download"]


def test_a_block_in_progress_is_known_and_only_one_runs(homes: list[Home]) -> None:
    desk, laptop = homes
    start_block(desk.db, block("early", NOW))
    desk.run()
    laptop.run()
    running = open_block(laptop.db, "7")
    assert running is not None
    assert running.block_id == "early"
    end_block(laptop.db, "7", NOW + timedelta(minutes=9))
    start_block(laptop.db, block("late", NOW + timedelta(minutes=10)))
    for home in (laptop, desk):
        home.run()
    assert [b.block_id for home in homes if (b := open_block(home.db, "7"))] == ["late", "late"]


@pytest.mark.parametrize("damage", ["half", "empty", "foreign", "other key", "directory"])
def test_a_bad_file_is_named_and_everything_else_goes_on(
    homes: list[Home], shared: Path, damage: str
) -> None:
    desk, laptop = homes
    desk.desk.decisions.pin("501", pinned=True)
    desk.run()
    [good] = shared.glob(f"*{item_file.SUFFIX}")
    bad = shared / f"conflicted copy{item_file.SUFFIX}"
    content = good.read_bytes()
    if damage == "directory":
        bad.mkdir()
    elif damage == "other key":
        desk.key = "cd" * 32
        desk.desk.decisions.pin("502", pinned=True)
        desk.run()
        shutil.copy(good, bad)
        desk.key = KEY
        desk.run()
    else:
        bad.write_bytes({"half": content[: len(content) // 2], "empty": b""}.get(damage, b"x" * 99))
    report = laptop.run()
    assert report.applied > 0
    assert (report.problems == ()) is (damage == "directory")
    assert all("conflicted copy" in problem for problem in report.problems)


def test_a_kill_between_writing_and_renaming_leaves_the_file_before(
    homes: list[Home], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, laptop = homes
    desk.desk.decisions.pin("501", pinned=True)
    desk.run()
    desk.desk.decisions.pin("502", pinned=True)

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", kill)
        with pytest.raises(Killed):
            desk.run()
    assert len(list(shared.glob(".*.part"))) == 1
    report = laptop.run()
    assert report.problems == ()
    assert len(laptop.shown()["desk"]) == 1, "what was told before"
    desk.run()
    laptop.run()
    assert len(laptop.shown()["desk"]) == 2
    assert list(shared.glob(".*.part")) == []


def test_nothing_of_another_rep_or_without_a_key_is_taken(tmp_path: Path, shared: Path) -> None:
    mine, other = Home(tmp_path / "mine", shared), Home(tmp_path / "other", shared, owner="8")
    try:
        mine.desk.decisions.pin("501", pinned=True)
        assert mine.run().written
        assert other.run().applied == 0
        other.key = ""
        [said] = other.run().problems
        assert "sdrdesk folder key" in said
    finally:
        mine.db.close()
        other.db.close()


def test_the_file_is_encrypted_and_bounded(
    homes: list[Home], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, laptop = homes
    desk.desk.decisions.set_first_line("501", "a secret of theirs")
    desk.run()
    [file] = shared.iterdir()
    assert b"secret" not in file.read_bytes()
    monkeypatch.setattr(item_file, "MOST_BYTES", 100)
    [problem] = laptop.run().problems
    assert "too large" in problem


def test_an_item_of_a_clock_that_is_days_ahead_does_not_win_for_ever(homes: list[Home]) -> None:
    desk, laptop = homes
    desk.at += timedelta(days=400)
    desk.desk.decisions.pin("501", pinned=True)
    desk.run()
    assert laptop.run().applied == 0
