"""Calls for the reports: the quick ways of reading them give what the plain ways give."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

from sdrdesk.domain.reports.history import effect_of
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.reports.away import calls_elsewhere
from sdrdesk.store.reports.call_counts import groups_between
from sdrdesk.store.reports.calls_since import calls_since
from sdrdesk.store.reports.gap_rows import gaps_between
from tests.domain.outcome_table import shipped
from tests.store.filling import NOW, call_row, lead_row, put

LEADS = [str(n) for n in range(24)]
SINCE = {lead_id: to_ms(NOW - timedelta(days=int(lead_id))) for lead_id in LEADS}


def fill(db: Database) -> None:
    dice = random.Random(3)
    put(
        db,
        *(lead_row(lead_id) for lead_id in LEADS),
        *(
            call_row(dice.choice(LEADS), NOW - timedelta(minutes=dice.randrange(-900, 60_000)))
            for _ in range(400)
        ),
    )


def test_calls_of_many_leads_are_those_of_each(db: Database) -> None:
    fill(db)
    effects = OutcomeClassifier(shipped()).table(effect_of)
    one_by_one = [
        row for lead, at in SINCE.items() for row in calls_since(db, {lead: at}, effects, NOW)
    ]
    assert sorted(calls_since(db, SINCE, effects, NOW)) == sorted(one_by_one)
    # Neither none, nor those before or after.
    assert 50 < sum(calls.calls for _, calls in one_by_one) < 400


def test_an_effect_in_sql_is_that_of_the_rules(db: Database) -> None:
    outcomes = shipped()
    classifier = OutcomeClassifier(outcomes)
    keys = ("", "unknown", *outcomes)
    labels = {"", "unknown", *(item.crm_outcome for item in outcomes.values())}
    heads = ("", "unknown", *(item.label for item in outcomes.values()))
    told = [*itertools.product(keys, labels, heads[:1]), *itertools.product(("",), labels, heads)]
    asked = {
        f"call:{n}": (*one, corrected)
        for n, (one, corrected) in enumerate(itertools.product(told, (False, True)))
    }
    put(
        db,
        *(
            call_row(
                key, activity_key=key, disposition=own, outcome_label=label, reason="bad_fit",
                title=f"{head} · Ada" if head else "Call",
            )
            for key, (own, label, head, _) in asked.items()
        ),
        *(
            call_row("other", activity_key=f"c{key}", kind="change", corrects=key)
            for key, (*_, corrected) in asked.items()
            if corrected
        ),
    )  # fmt: skip
    table = classifier.table(effect_of)
    found = dict(calls_since(db, dict.fromkeys(asked, 0), table, NOW))
    assert found.keys() == asked.keys()
    for key, (own, label, head, corrected) in asked.items():
        flags = classifier.of(own, label, head, corrected).flags
        assert found[key].effect == effect_of(flags), asked[key]
        assert found[key].reason == ("bad_fit" if found[key].effect.rejects else "")
    assert len({calls.effect for calls in found.values()}) == len(table.values) > 4


def test_parts_of_a_range_are_counted_as_each_would_be(db: Database) -> None:
    fill(db)
    bounds = [NOW - timedelta(days=days) for days in (30, 23, 16, 1, -1)]
    alone = [
        row._replace(part=place)
        for place, ends in enumerate(itertools.pairwise(bounds))
        for row in groups_between(db, ends, NOW, 60)
    ]
    assert sorted(groups_between(db, bounds, NOW, 60)) == sorted(alone)
    assert {row.part for row in alone} == {0, 1, 2, 3}


def test_the_first_gap_of_a_range_begins_before_it(db: Database) -> None:
    put(
        db,
        lead_row("1"),
        *(call_row("1", NOW - timedelta(days=days)) for days in (75, 9, 7, 1)),
        call_row("1", NOW + timedelta(hours=1)),  # not made yet
    )
    bounds = [timedelta(days=3), timedelta(days=7)]
    outcomes = OutcomeClassifier(shipped()).table(effect_of)

    def counted(days: int) -> dict[int, int]:
        start, end = NOW - timedelta(days=days), NOW + timedelta(days=1)
        rows = gaps_between(db, start, end, NOW, bounds, outcomes)
        return {row.band: row.calls for row in rows}

    assert counted(2) == {1: 1}
    assert counted(8) == {0: 1, 1: 1}
    assert counted(10) == {0: 1, 1: 1}  # the call 66 days before is forgotten
    assert counted(16) == {0: 1, 1: 1, 2: 1}


def test_calls_elsewhere_leave_out_what_was_not_made_or_lies_ahead(db: Database) -> None:
    made, hour = NOW - timedelta(hours=1), timedelta(hours=1)
    put(
        db,
        lead_row("1", owner_id="7"),
        call_row("1", made, outcome_label="Busy"),
        call_row("1", made, outcome_label="Connected", not_made="failed"),
        call_row("1", NOW + hour, outcome_label="No answer"),
    )
    assert [call.outcome for call in calls_elsewhere(db, NOW - 3 * hour, NOW, "7")] == ["Busy"]
