"""The queue off the index is the queue of the rules: the same leads in the same order, always."""

from __future__ import annotations

import gc
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig, parse_windows
from sdrdesk.domain.queue.eligibility import exclusion_check, exclusions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import QueueFacts
from sdrdesk.domain.ranking.config import RankingConfig
from sdrdesk.domain.ranking.ranking import queue_key
from sdrdesk.domain.ranking.sharing import Share
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.queue.funnel_counts import counts_by_rule
from sdrdesk.services.queue.order import all_ids, first_ids
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.queue.candidates import candidates, facts
from sdrdesk.store.tables import (
    ActivityRow,
    LeadDeskRow,
    LeadRow,
    NumberHoldRow,
    RegisterMatchRow,
    SuppressionRow,
)
from tests.domain import shipped

NOW = datetime(2026, 11, 20, 15, 30, 0, 123_456, tzinfo=UTC)  # a Friday
NOW_MS = to_ms(NOW)
MINUTE = 60_000
DAY = 86_400_000
RULES, WINDOWS = Rulebook(Path("/nowhere")).rules, Rulebook(Path("/nowhere")).windows

# Few values, so that ties, equal levels and every rule are the rule and not the exception.
ids = st.one_of(
    st.integers(1, 25).map(str),
    st.integers(1, 25).map(str),
    st.sampled_from(["007", "07", "x9", "a", "10000000000000000012"]),
)
ages = st.sampled_from([0, 3, 7, 7.01, 60, 60.2, 90, 3000, 43_199, 43_200, 60_000, -5])
moments = st.one_of(st.none(), ages.map(lambda minutes: NOW_MS - int(minutes * MINUTE)))
near = st.sampled_from([None, None, NOW_MS - DAY, NOW_MS - 90 * MINUTE, NOW_MS, NOW_MS + 1])
seen = st.sampled_from([None, 0, NOW_MS - 3 * MINUTE, NOW_MS - 100 * MINUTE])
numbers = st.sampled_from(["+15550148801", "+15550148802", "+353861234567", "+353861234568", ""])
places = st.sampled_from(
    [
        ("Europe/Dublin", "IE", ""),
        ("America/New_York", "US", "NY"),
        ("America/New_York", "US", "FL"),
        ("Asia/Tokyo", "JP", ""),
        ("", "", ""),
    ]
)


@st.composite
def leads(draw: st.DrawFn) -> LeadRow:
    zone, region, state = draw(places)
    return LeadRow(
        lead_id=draw(ids),
        owner_id=draw(st.sampled_from(["7", "7", "7", "8", ""])),
        converted_ms=draw(moments),
        first_converted_ms=draw(moments),
        conversions=draw(st.integers(0, 3)),
        page_views=draw(st.sampled_from([0, 15])),
        fit=draw(st.sampled_from([48, 50, 52, 100, 130])),
        attempts=draw(st.sampled_from([0, 0, 1, 6])),
        last_attempt_ms=draw(near),
        last_attempt_by=draw(st.sampled_from(["", "7", "8"])),
        e164=draw(numbers),
        e164_more=draw(st.sampled_from(["", "", "+15550148802", "+15550148801 +15550148803"])),
        zone=zone,
        region=region,
        region_state=state,
        lifecycle=draw(st.sampled_from(["lead"] * 5 + ["opportunity"])),
        status=draw(st.sampled_from(["NEW"] * 4 + ["UNQUALIFIED", "BAD_TIMING"])),
        company_id=draw(st.sampled_from(["", "", "5", "6"])),
        archived=draw(st.sampled_from([False] * 7 + [True])),
        do_not_call=draw(st.sampled_from([False] * 7 + [True])),
    )


zones = st.sampled_from(["Europe/Dublin", "Asia/Tokyo"])
# Mostly one decision at a time, so that each is tried where nothing else keeps the lead out.
decisions = st.one_of(
    st.builds(LeadDeskRow, lead_id=ids, next_due_ms=near),
    st.builds(LeadDeskRow, lead_id=ids, callback_ms=near),
    st.builds(LeadDeskRow, lead_id=ids, snoozed_until_ms=near),
    st.builds(LeadDeskRow, lead_id=ids, snoozed_until_ms=near, rest_seen_ms=seen),
    st.builds(LeadDeskRow, lead_id=ids, worked_out_ms=seen, next_due_ms=near, callback_ms=near),
    st.builds(LeadDeskRow, lead_id=ids, pinned_ms=st.just(NOW_MS), next_due_ms=near),
    st.builds(LeadDeskRow, lead_id=ids, rep_time_zone=zones),
    st.builds(LeadDeskRow, lead_id=ids, worked_out_ms=near),
    st.builds(
        LeadDeskRow,
        lead_id=ids,
        next_due_ms=near,
        callback_ms=near,
        snoozed_until_ms=near,
        pinned_ms=st.sampled_from([None, NOW_MS]),
        worked_out_ms=near,
        rest_seen_ms=seen,
        rest_promise=st.booleans(),
    ),
)


holds = st.builds(NumberHoldRow, lead_id=ids, number=numbers, at_ms=st.just(NOW_MS))
suppressions = st.one_of(
    st.builds(SuppressionRow, scope=st.just("number"), value=numbers, at_ms=st.just(0)),
    st.builds(RegisterMatchRow, e164=numbers, source=st.just("TPS"), at_ms=st.just(0)),
    st.builds(SuppressionRow, scope=st.just("person"), value=ids, at_ms=st.just(0)),
    st.builds(
        SuppressionRow, scope=st.just("company"), value=st.sampled_from(["5", ""]), at_ms=st.just(0)
    ),
)
calls = st.lists(ids, max_size=12)
elsewhere = st.lists(ids, max_size=3)
"""Leads that someone else is calling now."""
# Of one number on several days, so that three failed days are common.
dead = st.builds(
    lambda lead_id, days, number, signs: [
        ActivityRow(
            activity_key=f"d{lead_id}-{number}-{place}", lead_id=lead_id, kind="call",
            number=number, at_ms=NOW_MS - day * DAY, number_works=sign,
        )
        for place, (day, sign) in enumerate(zip(days, signs, strict=False))
    ],
    ids,
    st.lists(st.sampled_from([0, 1, 2, 3, 29, 30, 31]), max_size=6),
    numbers,
    st.lists(st.sampled_from(["no", "no", "no", "no", "yes", ""]), min_size=6, max_size=6),
)  # fmt: skip
always = parse_windows(
    tomllib.loads(
        "closed_on_holidays = false\nsoon_min = 30\n"
        '[hours.default]\ndaily = "00:00-24:00"\n'
        '[limits.default]\nhours = { daily = "00:00-24:00" }\ncap_24h = 2\n'
    )
)


bavaria = replace(
    WINDOWS,
    hours={"default": always.hours["default"], "JP": WINDOWS.hours["default"]},
    office="team bavaria",
)
offices = replace(
    WINDOWS,
    own={"team bavaria": bavaria},
    sections_of=lambda owner: ("team bavaria",) if owner == "8" else (),
)
"""Leads of owner 8 have hours of their own, others those that ship."""
RANKING = shipped.ranking()


@dataclass
class Rules(Rulebook):
    """Rules that a test sets, not a file."""

    ranking: RankingConfig = RANKING
    rules: RuleConfig = RULES
    windows: WindowConfig = always


shares = st.sampled_from([None, None, Share(0, 2), Share(2, 3)])
rulebooks = st.builds(
    Rules,
    ranking=st.sampled_from(
        [
            RANKING,
            replace(RANKING, decay=replace(RANKING.decay, lam=0.0)),
            replace(RANKING, points_per_fit=0.0137, attempt_each=-0.333),
            replace(RANKING, day_hour=True, hours=tuple(h / 10 for h in range(24))),
        ]
    ),
    rules=st.sampled_from([RULES, replace(RULES, unassigned=True)]),
    windows=st.sampled_from([always, WINDOWS, offices]),
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with Database.open(tmp_path_factory.mktemp("order") / "sdrdesk.db") as database:
        yield database


def fill(db: Database, rows: list[SQLModel]) -> None:
    """Replace everything in the tables the queue is read from."""
    with db.writer() as connection:
        for table in (
            "lead",
            "lead_desk",
            "number_hold",
            "suppression",
            "activity",
            "register_match",
        ):
            connection.execute(f"DELETE FROM {table}")
        for row in rows:
            values: dict[str, Any] = row.model_dump()
            connection.execute(
                f"INSERT OR REPLACE INTO {row.__tablename__} ({', '.join(values)})"
                f" VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )


def a_call(number: int, lead_id: str) -> ActivityRow:
    return ActivityRow(
        activity_key=f"c{number}", lead_id=lead_id, kind="call", at_ms=NOW_MS - number * MINUTE
    )


def facts_with(db: Database, mine: frozenset[str] | None, busy: list[str]) -> QueueFacts:
    told = facts(db, None if mine is None else sorted(mine))
    return replace(told, in_call=dict.fromkeys(busy, "in a call in another window"))


def by_the_rules(db: Database, book: Rulebook, told: QueueFacts) -> tuple[str, ...]:
    """Judge and score every lead on disk, one by one."""
    first = exclusion_check(book.rules, WindowClock(book.windows, NOW), told)
    pool = [item for item in candidates(db, None, now=NOW) if first(item) is None]
    return tuple(item.lead_id for item in sorted(pool, key=queue_key(book.ranking, NOW)))


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    book=rulebooks,
    people=st.lists(leads(), min_size=5, max_size=40),
    decided=st.lists(decisions, max_size=15),
    held=st.lists(holds, max_size=4),
    barred=st.lists(suppressions, max_size=3),
    called=calls,
    busy=elsewhere,
    failed=st.lists(dead, max_size=6),
    mine=st.sampled_from([frozenset({"7"}), frozenset({"7", "8"}), None]),
    most=st.integers(1, 50),
    share=shares,
)
def test_the_index_and_the_rules_agree(
    db: Database,
    book: Rules,
    people: list[LeadRow],
    decided: list[LeadDeskRow],
    held: list[NumberHoldRow],
    barred: list[SuppressionRow],
    called: list[str],
    busy: list[str],
    failed: list[list[ActivityRow]],
    mine: frozenset[str] | None,
    most: int,
    share: Share | None,
) -> None:
    made = [a_call(number, lead_id) for number, lead_id in enumerate(called)]
    made += [row for rows in failed for row in rows]
    fill(db, [*people, *decided, *held, *barred, *made])
    told = replace(facts_with(db, mine, busy), share=share)
    wanted = by_the_rules(db, book, told)
    assert all_ids(db, book, told, NOW) == wanted
    first = first_ids(db, book, told, NOW, most)
    assert first == (None if book.ranking.day_hour else wanted[:most])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    book=rulebooks,
    people=st.lists(leads(), min_size=5, max_size=40),
    decided=st.lists(decisions, max_size=15),
    held=st.lists(holds, max_size=4),
    barred=st.lists(suppressions, max_size=3),
    called=calls,
    busy=elsewhere,
    failed=st.lists(dead, max_size=6),
    mine=st.sampled_from([frozenset({"7"}), None]),
    share=shares,
)
def test_the_funnel_counts_what_the_rules_say(
    db: Database,
    book: Rules,
    people: list[LeadRow],
    decided: list[LeadDeskRow],
    held: list[NumberHoldRow],
    barred: list[SuppressionRow],
    called: list[str],
    busy: list[str],
    failed: list[list[ActivityRow]],
    mine: frozenset[str] | None,
    share: Share | None,
) -> None:
    made = [a_call(number, lead_id) for number, lead_id in enumerate(called)]
    made += [row for rows in failed for row in rows]
    fill(db, [*people, *decided, *held, *barred, *made])
    told = replace(facts_with(db, mine, busy), share=share)
    first = exclusion_check(book.rules, WindowClock(book.windows, NOW), told)
    wanted = Counter(first(item) for item in candidates(db, None, now=NOW))
    assert counts_by_rule(db, book, told, NOW) == wanted


def test_a_failed_number_rests_and_another_one_is_called(db: Database) -> None:
    def fails(day: int, lead_id: str, **values: Any) -> ActivityRow:
        at_ms, key = NOW_MS - day * DAY, f"{lead_id}-{day}"
        return ActivityRow.model_validate(
            {"activity_key": key, "lead_id": lead_id, "kind": "call", "at_ms": at_ms,
             "number": "+15550148801", "number_works": "no", **values}
        )  # fmt: skip

    three = (2, 3, 4)
    fill(
        db,
        [
            *(lead(n) for n in ("1", "3", "4", "5")),
            lead("2", e164_more="+15550148802"),
            *(fails(day, n) for n in ("1", "2", "3", "4") for day in three),
            *(fails(day, "5") for day in (30, 31, 32)),
            fails(1, "3", number_works="yes"),
            fails(5, "4", undone_ms=NOW_MS),
            ActivityRow(
                activity_key="fix", lead_id="4", kind="change", at_ms=NOW_MS, corrects="4-2"
            ),
        ],
    )
    assert first_of(db, Rules()) == ["2", "3", "4", "5"]
    assert list(by_the_rules(db, Rules(), facts(db, ["7"]))) == ["2", "3", "4", "5"]
    (resting,) = (c for c in candidates(db, None, now=NOW) if c.lead_id == "1")
    (why,) = exclusions(resting, RULES, always, NOW, facts(db, ["7"]))
    ends = from_ms(NOW_MS - 2 * DAY) + timedelta(days=30)
    assert (why.rule, why.until) == ("failed_number", ends)


def lead(lead_id: str, **values: object) -> LeadRow:
    given_values: dict[str, object] = {
        "owner_id": "7",
        "converted_ms": NOW_MS - 10 * MINUTE,
        "e164": "+15550148801",
        "zone": "America/New_York",
        "region": "US",
        "fit": 50,
    }
    return LeadRow.model_validate({"lead_id": lead_id, **given_values, **values})


def first_of(db: Database, book: Rulebook, most: int = 10) -> list[str]:
    found = first_ids(db, book, facts(db, ["7"]), NOW, most)
    assert found is not None
    return list(found)


AGO, AHEAD = NOW_MS - 40 * MINUTE, NOW_MS + 40 * MINUTE
SINGLE: dict[str, tuple[dict[str, object], dict[str, object], bool]] = {
    "nothing decided": ({}, {}, True),
    "snoozed": ({}, {"snoozed_until_ms": AHEAD}, False),
    "slept enough": ({}, {"snoozed_until_ms": AGO}, True),
    "rests": ({"last_attempt_ms": NOW_MS - MINUTE}, {"next_due_ms": AHEAD}, False),
    "rested": ({"last_attempt_ms": NOW_MS - MINUTE}, {"next_due_ms": AGO}, True),
    "came back while resting": ({"last_attempt_ms": AGO}, {"next_due_ms": AHEAD}, True),
    "worked out": ({}, {"worked_out_ms": NOW_MS - MINUTE}, False),
    "came back after all": ({}, {"worked_out_ms": AGO}, True),
    "bad timing": ({"status": "BAD_TIMING", "last_attempt_ms": NOW_MS - MINUTE}, {}, False),
    "bad timing once": ({"status": "BAD_TIMING", "last_attempt_ms": AGO}, {}, True),
    "closed": ({"status": "UNQUALIFIED"}, {}, False),
    "past the queue": ({"lifecycle": "customer"}, {}, False),
    "capped": ({"attempts": RULES.attempt_cap}, {}, False),
    "capped but pinned": ({"attempts": RULES.attempt_cap}, {"pinned_ms": AGO}, True),
    "called by a colleague": ({"last_attempt_ms": AGO, "last_attempt_by": "8"}, {}, False),
    "called by me": ({"last_attempt_ms": AGO, "last_attempt_by": "7"}, {}, True),
    "called by a colleague once": (
        {"last_attempt_ms": NOW_MS - 60 * MINUTE, "last_attempt_by": "8"},
        {},
        True,
    ),
    "not mine": ({"owner_id": "8"}, {}, False),
    "archived": ({"archived": True}, {}, False),
    "do not call": ({"do_not_call": True}, {}, False),
    "no number": ({"e164": ""}, {}, False),
    "only a second number": ({"e164": "", "e164_more": "+15550148804"}, {}, True),
    "no zone": ({"zone": ""}, {}, False),
    "a zone the rep set": ({"zone": ""}, {"rep_time_zone": "America/New_York"}, True),
    "promised for later": ({}, {"callback_ms": AHEAD}, False),
    "promised for now": ({"status": "BAD_TIMING"}, {"callback_ms": AGO}, True),
}


@pytest.mark.parametrize("name", SINGLE)
def test_each_rule_alone_decides(db: Database, name: str) -> None:
    values, decided, is_in = SINGLE[name]
    desk = LeadDeskRow.model_validate({"lead_id": "1", **decided})
    fill(db, [lead("1", **values), *([desk] if decided else [])])
    wanted = ["1"] if is_in else []
    told = facts(db, ["7"])
    assert first_of(db, Rules()) == wanted
    assert list(all_ids(db, Rules(), told, NOW)) == wanted
    assert list(by_the_rules(db, Rules(), told)) == wanted


def test_promises_then_pins_then_points_then_ids(db: Database) -> None:
    fill(
        db,
        [
            *(lead(str(n)) for n in (9, 10, 11)),
            lead("12", converted_ms=NOW_MS),
            lead("13", converted_ms=NOW_MS - 50 * DAY),
            lead("14", converted_ms=None),
            lead("20", converted_ms=None),
            lead("21", converted_ms=None),
            lead("22", converted_ms=None),
            LeadDeskRow(lead_id="20", callback_ms=NOW_MS - MINUTE),
            LeadDeskRow(lead_id="21", callback_ms=NOW_MS - 2 * MINUTE),
            LeadDeskRow(lead_id="22", pinned_ms=NOW_MS),
        ],
    )
    assert first_of(db, Rules()) == ["21", "20", "22", "12", "9", "10", "11", "13", "14"]


def test_other_weights_are_never_stale(db: Database) -> None:
    """The order follows the rules at hand, whatever rules the index was made with."""
    fill(db, [lead("1", fit=100, converted_ms=NOW_MS - 20 * MINUTE), lead("2", fit=0)])
    fit_counts = Rules(ranking=replace(RANKING, points_per_fit=1.0))
    fit_is_nothing = Rules(ranking=replace(RANKING, points_per_fit=0.0))
    for _ in range(2):
        assert first_of(db, fit_counts) == ["1", "2"]
        assert first_of(db, fit_is_nothing) == ["2", "1"]
        assert all_ids(db, fit_counts, facts(db, ["7"]), NOW) == ("1", "2")


def test_a_change_by_anybody_shows_at_once(db: Database) -> None:
    """No step has to be remembered after a write: SQLite keeps the index true."""
    fill(db, [lead("1"), lead("2")])
    assert first_of(db, Rules()) == ["1", "2"]
    with db.writer() as connection:
        connection.execute("UPDATE lead SET attempts = 3 WHERE lead_id = '1'")
    assert first_of(db, Rules()) == ["2", "1"]


def test_at_night_nobody_is_looked_at(db: Database) -> None:
    night = Rules(windows=WINDOWS)
    fill(db, [lead(str(n), zone="Asia/Tokyo", region="JP") for n in range(1, 2_500)])
    touched: list[str] = []
    with db.reader() as connection:
        connection.set_trace_callback(touched.append)
    try:
        assert first_of(db, night) == []
    finally:
        with db.reader() as connection:
            connection.set_trace_callback(None)
    assert sum("json_each" in statement and "these" in statement for statement in touched) == 0


def test_an_account_of_one_level_is_ordered_by_id(db: Database) -> None:
    fill(db, [lead(str(n), converted_ms=None) for n in range(1, 1_200)])
    assert first_of(db, Rules(), 300) == [str(n) for n in range(1, 301)]


def test_the_last_moment_counts_to_the_millisecond(db: Database) -> None:
    fill(db, [lead("1"), LeadDeskRow(lead_id="1", next_due_ms=NOW_MS + 1)])
    assert first_of(db, Rules()) == []
    later = NOW + timedelta(milliseconds=1)
    assert first_ids(db, Rules(), facts(db, ["7"]), later, 1) == ("1",)


def test_the_next_lead_leaves_nothing_for_the_garbage_collector(db: Database) -> None:
    fill(db, [lead(str(n), fit=n, converted_ms=NOW_MS - n * DAY) for n in range(1, 100)])
    first_of(db, Rules(), 1)  # what is made once

    def left() -> int:
        gc.collect()
        gc.disable()
        try:
            assert len(first_of(db, Rules(), 1)) == 1
            return gc.collect()
        finally:
            gc.enable()

    # A workbench asks all day, and a collection makes a key wait. Other threads of the tests may
    # leave something at the same moment, but not each time.
    assert min(left() for _ in range(5)) < 20
