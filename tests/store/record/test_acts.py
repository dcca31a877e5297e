"""The order of acts: steps, what ends redo, and how many are kept."""

from __future__ import annotations

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.store.record import acts
from sdrdesk.store.record.acts import Act, ActState, add_act, last_step, mark_act, undone_step
from tests.store.filling import NOW


def add(db: Database, step: str, lead_id: str, owner_id: str = "7") -> None:
    with db.writer() as connection:
        add_act(connection, Act(0, step, lead_id, "decision", "pin", "", {}, {}), owner_id, NOW)


def mark(db: Database, step: list[Act], state: ActState) -> None:
    with db.writer() as connection:
        for act in step:
            mark_act(connection, act, state)


def leads(step: list[Act]) -> list[str]:
    return [act.lead_id for act in step]


def test_a_step_is_what_was_done_together_also_between_the_acts_of_another_window(
    db: Database,
) -> None:
    add(db, "a", "1")
    add(db, "b", "9")
    add(db, "a", "2")
    add(db, "c", "8", owner_id="8")
    assert leads(last_step(db, "7")) == ["1", "2"]
    mark(db, last_step(db, "7"), "undone")
    assert leads(last_step(db, "7")) == ["9"]
    assert leads(undone_step(db, "7")) == ["1", "2"]
    assert undone_step(db, "8") == []


def test_a_new_act_ends_redo_of_its_rep_alone(db: Database) -> None:
    add(db, "a", "1")
    add(db, "b", "2", owner_id="8")
    mark(db, last_step(db, "7"), "undone")
    mark(db, last_step(db, "8"), "corrected")
    add(db, "c", "3")
    assert undone_step(db, "7") == []
    assert leads(undone_step(db, "8")) == ["2"]


def test_only_the_latest_are_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "KEPT", 3)
    for number in range(6):
        add(db, f"step{number}", str(number))
    with db.reader() as connection:
        rows = connection.execute("SELECT lead_id FROM act ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == ["3", "4", "5"]


def test_an_act_whose_transaction_failed_is_in_no_order(db: Database) -> None:
    def fail() -> None:
        with db.writer() as connection:
            add_act(connection, Act(0, "a", "1", "decision", "pin", "", {}, {}), "7", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert last_step(db, "7") == []
