"""Claims: two running sdrdesks never call one person unless a rep wants that."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.store.record.call_claim import HELD_FOR, PersonInCall, other_claims, renew
from sdrdesk.store.record.call_journal import adopt_call, current_calls, end_call, start_call
from tests.store.filling import NOW, lead_row, put

SECOND = timedelta(seconds=1)


def taken(db: Database, desk: str = "other", after: timedelta = SECOND) -> list[str]:
    return sorted(other_claims(db, desk, NOW + after))


def test_a_lead_in_a_call_is_claimed_for_everyone_else(db: Database) -> None:
    start_call(db, "mine", 1, "501", "+1", NOW, owner_id="7")
    assert taken(db, "mine") == []
    claim = other_claims(db, "other", NOW + SECOND)["501"]
    assert (claim.owner_id, claim.number, claim.since) == ("7", "+1", NOW)
    with pytest.raises(PersonInCall) as raised:
        start_call(db, "other", 2, "501", "+2", NOW + SECOND)
    assert raised.value.claim == claim
    assert [call.desk for call in current_calls(db)] == ["mine"]


def test_a_person_who_is_two_leads_is_one_number(db: Database) -> None:
    put(db, lead_row("501", e164="+1"), lead_row("900", e164="+1"), lead_row("901", e164="+3"))
    start_call(db, "mine", 1, "501", "+1", NOW)
    assert taken(db) == ["501", "900"]
    with pytest.raises(PersonInCall):
        start_call(db, "other", 2, "900", "+1", NOW)
    assert start_call(db, "other", 2, "901", "+3", NOW).lead_id == "901"


def test_calls_without_a_number_are_not_one_person(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    assert start_call(db, "other", 2, "502", "", NOW).desk == "other"


def test_a_rep_who_was_asked_may_call_anyway(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    assert start_call(db, "other", 2, "501", "", NOW, anyway=True).desk == "other"
    assert renew(db, "mine", NOW) is not None


def test_a_claim_lasts_as_long_as_it_is_renewed(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    assert taken(db, after=HELD_FOR - SECOND) == ["501"]
    assert taken(db, after=HELD_FOR) == []
    assert renew(db, "mine", NOW + HELD_FOR - SECOND) is None
    assert taken(db, after=HELD_FOR + SECOND) == ["501"]


def test_continuing_a_call_renews_its_claim(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    start_call(db, "mine", 1, "501", "", NOW + HELD_FOR)
    assert taken(db, after=HELD_FOR + SECOND) == ["501"]


def test_the_end_of_a_call_releases_the_lead(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    end_call(db, "mine")
    assert taken(db) == []
    start_call(db, "mine", 1, "501", "", NOW)
    start_call(db, "mine", 1, "502", "", NOW)  # goes on with another lead
    assert taken(db) == ["502"]


def test_a_claim_from_before_the_clock_was_set_back_does_not_last_for_hours(db: Database) -> None:
    start_call(db, "mine", 1, "501", "", NOW)
    assert taken(db, after=timedelta(hours=-5)) == []


def test_who_takes_over_a_call_takes_over_its_claim(db: Database) -> None:
    start_call(db, "crashed", 1, "501", "", NOW, owner_id="7")
    later = NOW + 10 * HELD_FOR
    adopted = adopt_call(db, "crashed", "new", 2, later)
    assert adopted is not None
    assert adopted.owner_id == "7"
    assert taken(db, "new", 10 * HELD_FOR + SECOND) == []
    assert taken(db, "third", 10 * HELD_FOR + SECOND) == ["501"]


def test_of_two_that_start_at_once_exactly_one_calls(path: Path) -> None:
    desks = ("one", "two", "three")
    with Database.open(path) as db:
        put(db, lead_row("501"))
        for turn in range(20):
            barrier, calling = threading.Barrier(len(desks)), list[str]()

            def start(desk: str, at: threading.Barrier = barrier, won: list[str] = calling) -> None:
                with Database.open(path) as own:
                    at.wait(10)
                    with suppress(PersonInCall):
                        won.append(start_call(own, desk, 1, "501", "+1", NOW).desk)

            threads = [threading.Thread(target=start, args=(desk,)) for desk in desks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(calling) == 1, turn
            assert [call.desk for call in current_calls(db)] == calling
            end_call(db, calling[0])
