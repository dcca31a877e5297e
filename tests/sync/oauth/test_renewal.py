"""A login is renewed once for all processes, and never lost in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sdrdesk.store.database.lock_file import locked
from sdrdesk.sync.errors import AuthExpired, Unreachable
from sdrdesk.sync.oauth.renewal import RenewingAccess
from sdrdesk.sync.oauth.terms import Grant

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def grant(number: int, at: datetime = NOW) -> Grant:
    ends = at + timedelta(minutes=30)
    return Grant(f"token-{number}", f"refresh-{number}", int(ends.timestamp() * 1000))


class Machine:
    """One stored login, its CRM, and a clock. Every renewal changes the refresh token."""

    def __init__(self, directory: Path) -> None:
        self.now = NOW
        self.takes_former = False
        """Whether the CRM takes the former refresh token until the new one is used."""
        self.stored: Grant | None = grant(0)
        self.kept = True
        self.killed = False
        self.renewals = 0
        self.problem: Exception | None = None
        self._database = directory / "x.db"
        self.name = "Acme"

    def desk(self) -> RenewingAccess:
        return RenewingAccess(self, self, lambda: self.now)

    def load(self) -> Grant | None:
        return self.stored

    def keep(self, grant: Grant) -> bool:
        if self.killed:
            raise KeyboardInterrupt
        if self.kept:
            self.stored = grant
        return self.kept

    @contextmanager
    def alone(self) -> Iterator[None]:
        with locked(self._database, "login"):
            yield

    def refresh(self, before: Grant) -> Grant:
        if self.problem is not None:
            raise self.problem
        known = {f"refresh-{self.renewals}"}
        if self.takes_former:
            known.add(f"refresh-{self.renewals - 1}")
        if before.refresh not in known:
            raise AuthExpired("this refresh token was used before")
        self.renewals += 1
        return grant(self.renewals, self.now)

    def later(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_token_is_renewed_shortly_before_it_ends(machine: Machine) -> None:
    desk = machine.desk()
    machine.later(24)
    assert desk.token() == "token-0"
    machine.later(2)
    assert desk.token() == "token-1"
    assert desk.token() == "token-1"
    assert machine.renewals == 1


def test_many_desks_at_once_renew_it_once(machine: Machine) -> None:
    desks = [machine.desk() for _ in range(6)]
    machine.later(31)
    start, seen = threading.Barrier(len(desks)), []

    def ask(desk: RenewingAccess) -> None:
        start.wait()
        seen.append(desk.token())

    threads = [threading.Thread(target=ask, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["token-1"] * len(desks)
    assert machine.renewals == 1


def test_a_refused_token_is_renewed_although_the_clock_says_that_it_is_good(
    machine: Machine,
) -> None:
    desk, other = machine.desk(), machine.desk()
    assert desk.renewed("token-0") == "token-1"
    assert other.renewed("token-0") == "token-1"  # the other desk's renewal serves this one
    assert machine.renewals == 1


def test_an_ended_login_is_said_and_tried_once(machine: Machine) -> None:
    desk = machine.desk()
    machine.later(31)
    machine.problem = AuthExpired("revoked", next_step="Run sdrdesk login.")
    with pytest.raises(AuthExpired, match="revoked"):
        desk.token()
    machine.problem = AssertionError("asked again")
    with pytest.raises(AuthExpired, match="revoked"):
        desk.token()
    machine.stored = replace(grant(7, machine.now), token="new login")
    assert desk.token() == "new login"


def test_a_logout_elsewhere_ends_it_and_is_not_undone(machine: Machine) -> None:
    desk = machine.desk()
    machine.stored = None
    machine.later(31)
    with pytest.raises(AuthExpired, match="logged out"):
        desk.token()
    assert machine.stored is None


def test_without_a_network_a_token_serves_to_its_end(machine: Machine) -> None:
    desk = machine.desk()
    machine.later(27)
    machine.problem = Unreachable()
    assert desk.token() == "token-0"
    machine.later(4)
    with pytest.raises(Unreachable):
        desk.token()
    machine.problem = None
    assert desk.token() == "token-1"


def test_a_store_that_keeps_nothing_does_not_lose_the_new_refresh_token(machine: Machine) -> None:
    desk = machine.desk()
    machine.later(31)
    machine.kept = False
    assert desk.token() == "token-1"
    machine.later(31)
    machine.kept = True
    assert desk.token() == "token-2"
    assert machine.stored is not None
    assert machine.stored.refresh == "refresh-2"


def test_a_kill_before_the_new_refresh_token_is_stored_leaves_one_that_works(
    machine: Machine,
) -> None:
    desk = machine.desk()
    machine.later(31)
    machine.killed, machine.takes_former = True, True
    with pytest.raises(KeyboardInterrupt):
        desk.token()
    machine.killed = False
    assert machine.desk().token() == "token-2"
    assert machine.stored is not None
    assert machine.stored.refresh == "refresh-2"


def test_a_desk_that_did_not_share_the_lock_is_not_mistaken_for_a_revocation(
    machine: Machine,
) -> None:
    desk = machine.desk()
    machine.later(31)
    renewed = grant(1, machine.now)
    refresh = machine.refresh

    def meanwhile(before: Grant) -> Grant:
        machine.renewals, machine.stored = 1, renewed  # another home with the same keyring
        return refresh(before)

    machine.refresh = meanwhile  # type: ignore[method-assign]
    assert desk.token() == "token-1"


def test_secrets_are_in_no_representation(machine: Machine) -> None:
    assert "token-0" not in repr(machine.load())
    assert "refresh-0" not in repr(machine.load())
    assert "token-0" not in repr(machine.desk())
