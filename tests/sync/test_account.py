"""One database, one account: nothing is sent to, or fetched from, another account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.store.account.account import account_of
from sdrdesk.sync.binding import bind_account
from sdrdesk.sync.errors import Unreachable, WrongAccount
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.desk import AFTERNOON, Desk, desk_over

FACT = "SELECT value FROM sync_state WHERE name = 'account'"


@pytest.fixture
def stranger() -> Iterator[Sandbox]:
    """Return another account whose people have the same ids."""
    with running_sandbox(leads=60, seed=8, now=AFTERNOON) as running:
        yield running


def content(desk: Desk) -> list[list[tuple[object, ...]]]:
    names = [name for (name,) in desk.sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [name for name in names if not name.startswith(("find_", "lead_fts", "sqlite_"))]
    return [desk.sql(f"SELECT * FROM {name}") for name in sorted(tables)]


def over(sandbox: Sandbox, desk: Desk) -> Desk:
    """Return the same database with the token and address of another account."""
    return Desk(sandbox, desk.db.path, clock=desk.clock)


def test_an_outcome_of_one_account_never_reaches_another(desk: Desk, stranger: Sandbox) -> None:
    lead_id = desk.pick()
    key = desk.dispose(lead_id, "do_not_call", note="for A alone")
    desk.dispose(desk.pick(skip=1), "qualified", qualify={"need": "secret of A"})
    before, journal = content(desk), stranger.journal()
    other = over(stranger, desk)
    with pytest.raises(WrongAccount) as told:
        other.sync()
    with pytest.raises(WrongAccount):
        other.engine.push(release_held=True)
    with pytest.raises(WrongAccount):
        other.engine.pull(full=True)
    assert "48213377" in str(told.value)
    assert "48213379" in str(told.value)
    assert "SDRDESK_HOME" in str(told.value)
    assert content(desk) == before
    assert stranger.journal() == journal
    other.close()
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", key)) == 1


def test_the_account_is_asked_once_and_again_after_it_could_not_be_reached(desk: Desk) -> None:
    engine = desk.engine
    first = engine.run().requests
    assert engine.run().requests < first, "the second round knows"
    desk.fault(path=".*", drop="before", times=0)
    with pytest.raises(Unreachable):
        engine.run()
    desk.heal()
    before = desk.crm.requests
    engine.push(release_held=True)
    assert desk.crm.requests - before == 1, "who are you?"


def test_an_address_may_move(desk: Desk, tmp_path: Path) -> None:
    with running_sandbox(leads=60, seed=7, now=AFTERNOON) as moved:
        other = over(moved, desk)
        key = other.dispose(other.pick(), "no_answer")
        other.sync()
        assert len(other.remote("calls", key)) == 1
        other.close()


def test_a_database_that_holds_nothing_may_change_its_account(
    tmp_path: Path, stranger: Sandbox
) -> None:
    with running_sandbox(leads=0, seed=9, now=AFTERNOON) as empty:
        with desk_over(empty, tmp_path / "desk.db") as desk:
            desk.sql("SELECT 1")
            desk.crm.account_id()

            bind_account(desk.db, desk.crm, desk.clock)
            assert desk.one(FACT) == "HubSpot 48213381"
        with desk_over(stranger, tmp_path / "desk.db") as desk:
            desk.sync()
            assert desk.one(FACT) == "HubSpot 48213379"
            assert desk.one("SELECT count(*) FROM lead") > 0


def as_of_an_older_version(desk: Desk) -> None:
    with desk.db.writer() as connection:
        connection.execute("DELETE FROM sync_state WHERE name = 'account'")
        connection.execute("DELETE FROM outbox_account")


def test_a_database_of_an_older_version_is_bound_where_its_leads_are(
    desk: Desk, stranger: Sandbox
) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    as_of_an_older_version(desk)
    journal = stranger.journal()
    other = over(stranger, desk)
    with pytest.raises(WrongAccount, match="not in the account"):
        other.sync()
    other.close()
    assert desk.one(FACT) is None
    assert stranger.journal() == journal
    desk.sync()
    assert desk.one(FACT) == "HubSpot 48213377"
    assert len(desk.remote("calls", key)) == 1


def test_every_item_carries_its_account_and_is_parked_in_another(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "callback")
    items = desk.sql("SELECT o.key, a.account FROM outbox o LEFT JOIN outbox_account a USING (key)")
    assert {account for _, account in items} == {"HubSpot 48213377"}
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox_account SET account = 'HubSpot 1' WHERE key = ?", (key,))
    report = desk.sync()
    assert report.exit == 5
    assert desk.item(key)["state"] == "blocked"
    assert "HubSpot 1" in desk.item(key)["last_error"]
    assert desk.remote("calls", key) == []


def test_an_account_that_is_not_stated_is_asked_of_the_token(desk: Desk) -> None:
    desk.fault(method="GET", path="/account-info/.*", status=403, times=0)
    assert desk.crm.account_id() == "HubSpot 48213377"


def test_a_new_database_is_bound_by_its_first_sync(desk: Desk) -> None:
    with desk.db.reader() as connection:
        assert account_of(connection) == "HubSpot 48213377"


def test_the_account_s_own_time_zone_is_known_after_a_sync(desk: Desk) -> None:
    desk.sync()
    assert desk.sql("SELECT value FROM sync_state WHERE name = 'account.time_zone'") == [
        ("Europe/Dublin",)
    ]
