"""Undo and redo follow one order of everything that was done, like a list with a cursor."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.config import Settings
from sdrdesk.domain.errors import ReasonNeeded, UndoQuestion, UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.opening_lines import first_line
from sdrdesk.store.tables import CrmOptionRow, OwnerRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put
from tests.support.desk_home import open_always

LEADS = ("1", "2", "3")
LATER = NOW + timedelta(hours=2)


def people(db: Database) -> None:
    put(
        db,
        *(lead_row(n, first_name="Ada", last_name=f"No{n}", email=f"{n}@x.example") for n in LEADS),
        CrmOptionRow(field="persona", value="p1", label="Plant Manager", position=0),
        CrmOptionRow(field="persona", value="p2", label="Buyer", position=1),
    )


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    people(db)
    return make_desk()


def left(db: Database, lead_id: str) -> None:
    """Let everything of a lead have been sent."""
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent' WHERE lead_id = ?", (lead_id,))


def nurture(desk: LocalDesk, *lead_ids: str) -> None:
    with desk.undo.together():
        for lead_id in lead_ids:
            desk.outcome.record(lead_id, Entry("nurture", NOW, without_call=True))


def test_a_bulk_act_leaves_what_was_done_before_it(desk: LocalDesk, db: Database) -> None:
    desk.outcome.record("3", Entry("no_answer", NOW - timedelta(hours=1)))
    left(db, "3")
    desk.decisions.snooze("1", LATER)
    desk.decisions.pin("2", True)
    nurture(desk, "1", "2")
    nurture(desk, "3")
    said = [desk.undo.last(ask=True).message for _ in range(4)]
    assert said == [
        "Undone: Nurture, Ada No3.",
        "Undone for 2 leads: Nurture, Ada No1, Ada No2.",
        "Undone: pin, Ada No2.",
        "Undone: snooze, Ada No1.",
    ]
    with pytest.raises(UndoQuestion, match="It is already in HubSpot") as asked:
        desk.undo.last(ask=True)
    assert [item.state for item in desk.outbox.items()] == []
    assert not desk.undo.last(outcome=asked.value.activity_key, ask=True).clean
    with pytest.raises(UsageError, match="no outcome to undo"):
        desk.undo.last(ask=True)


def test_a_restart_keeps_the_order_and_its_groups(desk: LocalDesk, make_desk: MakeDesk) -> None:
    desk.decisions.snooze("3", LATER)
    nurture(desk, "1", "2")
    desk.touches.record("3", "note", "met at the fair")
    assert make_desk().undo.last(ask=True).label == "Note"
    assert make_desk().undo.last(ask=True).leads == 2
    assert make_desk().undo.last(ask=True).label == "snooze"
    again = [make_desk().undo.redo() for _ in range(3)]
    assert [(redone.leads, redone.lead_id) for redone in again] == [(1, "3"), (2, "1"), (1, "3")]
    with pytest.raises(UsageError, match="Nothing to redo"):
        make_desk().undo.redo()
    assert {row.status for row in (desk.leads.view(n).row for n in ("1", "2"))} == {"BAD_TIMING"}
    assert make_desk().undo.last(ask=True).label == "Note"


def test_the_last_call_asks_once_it_was_sent(desk: LocalDesk, db: Database) -> None:
    desk.outcome.record("1", Entry("no_answer", NOW))
    left(db, "1")
    with pytest.raises(UndoQuestion, match="already in HubSpot"):
        desk.undo.last(ask=True)


def test_a_sent_do_not_call_asks_for_the_reason_alone(desk: LocalDesk, db: Database) -> None:
    desk.outcome.record("1", Entry("do_not_call", NOW))
    left(db, "1")
    with pytest.raises(ReasonNeeded):
        desk.undo.last(ask=True)
    with pytest.raises(ReasonNeeded):
        desk.undo.last(ask=True)
    assert desk.undo.last("wrong key", ask=True).lifted


def test_a_group_with_one_sent_outcome_asks_and_says_how_many(
    desk: LocalDesk, db: Database
) -> None:
    nurture(desk, *LEADS)
    left(db, "2")
    with pytest.raises(UndoQuestion, match="for 3 leads\\? 1 of them is already") as asked:
        desk.undo.last(ask=True)
    assert desk.undo.last(outcome=asked.value.activity_key).leads == 3
    assert desk.undo.redo().leads == 2, "the corrected one is not logged again"


def test_a_sent_touch_is_told_once_and_then_passed(desk: LocalDesk, db: Database) -> None:
    desk.decisions.pin("1", True)
    desk.touches.record("2", "note", "met at the fair")
    left(db, "2")
    with pytest.raises(UsageError, match="Note, Ada No2: already in HubSpot"):
        desk.undo.last(ask=True)
    assert desk.undo.last(ask=True).label == "pin"


def test_only_the_last_outcome_past_what_was_decided_since(desk: LocalDesk) -> None:
    desk.outcome.record("1", Entry("no_answer", NOW))
    desk.decisions.pin("2", True)
    assert desk.undo.last(only_outcomes=True).label == "No answer"
    assert desk.undo.last().label == "pin"


def test_an_outcome_corrected_by_other_means_is_not_undone_twice(
    desk: LocalDesk, db: Database
) -> None:
    desk.decisions.pin("2", True)
    key = desk.outcome.record("1", Entry("no_answer", NOW)).activity_key
    with db.writer() as connection:
        connection.execute("UPDATE activity SET undone_ms = 1 WHERE activity_key = ?", (key,))
    assert desk.undo.last(ask=True).label == "pin"


def test_another_rep_on_this_machine_has_an_order_of_their_own(
    desk: LocalDesk, db: Database
) -> None:
    desk.decisions.pin("1", True)
    with db.writer() as connection:
        connection.execute("UPDATE act SET owner_id = '8'")
    with pytest.raises(UsageError):
        desk.undo.last()


# The list with a cursor.

_NEXT = iter(range(10_000))


def _toggle_pin(desk: LocalDesk, lead_id: str) -> None:
    desk.decisions.pin(lead_id, not desk.leads.view(lead_id).row.pinned)


def _persona(desk: LocalDesk, lead_id: str) -> None:
    buyer = desk.leads.view(lead_id).row.persona == "Buyer"
    desk.decisions.set_persona(lead_id, "Plant Manager" if buyer else "Buyer")


ACTS: dict[str, Callable[[LocalDesk, str], object]] = {
    "snooze": lambda desk, lead: desk.decisions.snooze(
        lead, LATER + timedelta(minutes=next(_NEXT))
    ),
    "skip": lambda desk, lead: desk.decisions.skip(lead, "not now"),
    "wake": lambda desk, lead: desk.decisions.wake(lead),
    "pin": _toggle_pin,
    "zone": lambda desk, lead: desk.decisions.set_zone(lead, "Asia/Tokyo"),
    "line": lambda desk, lead: desk.decisions.set_first_line(lead, f"line {next(_NEXT)}"),
    "persona": _persona,
    "edit": lambda desk, lead: desk.edits.edit(lead, {"first": f"Ada{next(_NEXT)}"}),
    "touch": lambda desk, lead: desk.touches.record(lead, "note", "met at the fair"),
    "no answer": lambda desk, lead: desk.outcome.record(lead, Entry("no_answer", NOW)),
    "callback": lambda desk, lead: desk.outcome.record(
        lead, Entry("callback", NOW, callback_at=LATER)
    ),
    "nurture": lambda desk, lead: desk.outcome.record(
        lead, Entry("nurture", NOW, without_call=True)
    ),
    "wrong number": lambda desk, lead: desk.outcome.record(
        lead, Entry("wrong_number", NOW, number="+35315550142")
    ),
}


def world(db: Database) -> dict[str, object]:
    """Return everything a rep sees of the leads, without the keys of what was recorded."""
    tables = {
        "lead": "lead_id, first_name, status, lifecycle, persona_value, persona, fit, attempts",
        "lead_desk": "lead_id, next_due_ms, callback_ms, callback_note, snoozed_until_ms,"
        " snooze_reason, pinned_ms IS NULL, rep_time_zone, worked_out_ms,"
        " rest_seen_ms IS NULL, rest_promise",
        "number_hold": "lead_id, number, reason",
        "promise": "lead_id, due_ms, open",
    }
    told: dict[str, object] = {}
    with db.reader() as connection:
        for table, names in tables.items():
            told[table] = connection.execute(
                f"SELECT {names} FROM {table}"  # names from above
                f"{' WHERE open = 1' if table == 'promise' else ''} ORDER BY 1, 2"
            ).fetchall()
        told["outbox"] = connection.execute(
            "SELECT kind, lead_id FROM outbox WHERE state <> 'undone' ORDER BY 1, 2"
        ).fetchall()
        told["activity"] = connection.execute(
            "SELECT kind, lead_id, disposition, note FROM activity WHERE undone_ms IS NULL"
            " ORDER BY 1, 2, 3, 4"
        ).fetchall()
    told["line"] = [first_line(db, lead_id) for lead_id in LEADS]
    return told


STEPS = st.lists(
    st.one_of(
        st.just("undo"),
        st.just("undo"),
        st.just("redo"),
        st.just("restart"),
        st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(LEADS).map(lambda n: (n,))),
        st.tuples(st.sampled_from(["snooze", "pin", "nurture", "persona", "line"]), st.just(LEADS)),
    ),
    max_size=14,
)


@settings(max_examples=10, deadline=None)
@given(steps=STEPS)
def test_undo_and_redo_are_a_list_with_a_cursor(
    steps: list[str | tuple[str, tuple[str, ...]]],
) -> None:
    with tempfile.TemporaryDirectory() as home:
        rules = Path(home) / "rules"
        open_always(rules)
        with Database.open(Path(home) / "store" / "sdrdesk.db") as db:
            put(db, OwnerRow(owner_id="7", name="Rita Rep", email="rita@harbour.example"))
            people(db)
            derived(_desk(db, rules), db)
            _follow(db, lambda: _desk(db, rules), steps)


def derived(desk: LocalDesk, db: Database) -> None:
    """Let persona and fit be what the rules derive, as after a pull."""
    for lead_id in LEADS:
        desk.decisions.set_persona(lead_id, "Buyer")
        desk.undo.last()
    with db.writer() as connection:
        connection.execute("DELETE FROM act")


def _follow(
    db: Database, make: Callable[[], LocalDesk], steps: list[str | tuple[str, tuple[str, ...]]]
) -> None:
    desk = make()
    worlds, cursor = [world(db)], 0
    for step in steps:
        if step == "restart":
            desk = make()
        elif step == "undo":
            if cursor:
                desk.undo.last()
                cursor -= 1
            else:
                with pytest.raises(UsageError):
                    desk.undo.last()
        elif step == "redo":
            if cursor + 1 < len(worlds):
                desk.undo.redo()
                cursor += 1
            else:
                with pytest.raises(UsageError):
                    desk.undo.redo()
        elif isinstance(step, tuple):
            name, lead_ids = step
            with desk.undo.together():
                for lead_id in lead_ids:
                    ACTS[name](desk, lead_id)
            del worlds[cursor + 1 :]
            cursor += 1
            worlds.append(world(db))
        assert world(db) == worlds[cursor], step
    while cursor:
        desk.undo.last()
        cursor -= 1
        assert world(db) == worlds[cursor]


def _desk(db: Database, rules: Path) -> LocalDesk:
    chosen = Settings()
    chosen = chosen._replace(crm=chosen.crm._replace(owner="7"))

    def clock() -> datetime:
        return NOW

    return LocalDesk(
        db=db,
        rulebook=Rulebook(rules),
        settings=chosen,
        scripts=lambda: ScriptShelf(rules / "scripts", chosen.rep),
        clock=clock,
        zone=ZoneInfo("UTC"),
        meetings_dir=rules / "meetings",
    )
