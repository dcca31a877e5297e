"""A time as typed: in the lead's zone, the rep's, or another, and in the account's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.config import Settings
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.times.parse import TwoMeanings
from sdrdesk.services.account.date_order import is_day_first
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import ACCOUNT_ZONE, set_fact
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put

NEW_YORK = ZoneInfo("America/New_York")


def ordered(db: Database, zone: str = "", country: str = "", order: str = "account") -> bool | None:
    set_fact(db, ACCOUNT_ZONE, zone, NOW)
    settings = Settings()
    settings = settings._replace(
        crm=settings.crm._replace(default_country=country),
        ui=settings.ui._replace(date_order=order),
    )
    return is_day_first(db, settings)


def test_the_country_of_the_account_has_an_order_of_day_and_month(db: Database) -> None:
    assert ordered(db) is None
    assert ordered(db, "America/New_York") is False
    assert ordered(db, "US/Eastern") is False
    assert ordered(db, "Europe/Dublin") is True
    assert ordered(db, "Mars/Olympus") is None
    assert ordered(db, "America/Toronto") is None, "Canada writes both"
    assert ordered(db, "", "US") is False
    assert ordered(db, "", "GB") is True
    assert ordered(db, "Europe/Dublin", "US") is True, "the account's own zone comes first"
    assert ordered(db, "Europe/Dublin", "GB", "month") is False
    assert ordered(db, "America/New_York", "", "day") is True


def test_a_date_of_digits_follows_the_account(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row(rep_time_zone="America/New_York", zone="America/New_York"))
    desk = make_desk()
    ahead = (NOW + timedelta(days=40)).replace(day=4)  # 4/M or M/4
    text = f"{ahead.month}/4 10:00"
    with pytest.raises(TwoMeanings):
        desk.outcome.when("501", text)
    set_fact(db, ACCOUNT_ZONE, "America/Chicago", NOW)
    assert desk.outcome.when("501", text).astimezone(NEW_YORK).day == 4
    set_fact(db, ACCOUNT_ZONE, "Europe/Vienna", NOW)
    assert desk.outcome.when("501", text).astimezone(NEW_YORK).month == 4


def test_my_time_is_the_rep_s(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row(zone="America/New_York"))
    desk = make_desk()  # of a rep in UTC
    day = (NOW + timedelta(days=3)).astimezone(NEW_YORK).date()
    theirs = desk.outcome.when("501", f"{day} 10:00")
    assert theirs == datetime(day.year, day.month, day.day, 10, tzinfo=NEW_YORK).astimezone(UTC)
    mine = desk.outcome.when("501", f"{day.day}.{day.month}.{day.year} 10:00 my time")
    assert mine == datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def test_when_a_call_was_made_needs_its_hour(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row(zone="America/New_York"))
    desk = make_desk()
    assert desk.outcome.when("501", "6m ago", past=True) == NOW.replace(
        second=0, microsecond=0
    ) - timedelta(minutes=6)
    with pytest.raises(UsageError, match="at what time"):
        desk.outcome.when("501", "yesterday", past=True)
