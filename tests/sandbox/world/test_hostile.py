"""Hostile text appears in the requested share only."""

from __future__ import annotations

import pytest

from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.world.data.hostile_text import LONG, SHORT
from tests.sandbox.world.made import HOUR_MS, NOW_MS, is_hostile, ms_of, records

pytestmark = pytest.mark.long

LEADS = 1200


def _hostile(rows: list[Record]) -> list[Record]:
    harmless = {" ", "true", "--help"}
    return [
        r for r in rows if any(is_hostile(v) and v not in harmless for v in r.properties.values())
    ]


@pytest.mark.parametrize("percent", [2.0, 10.0, 100.0])
@pytest.mark.parametrize("type_", ["contacts", "companies", "calls"])
def test_the_share_is_honoured(percent: float, type_: str) -> None:
    rows = records(LEADS, hostile=percent)[type_]
    asked, found = percent / 100, len(_hostile(rows)) / len(rows)
    # three standard deviations, and the few texts that look like harmless ones
    allowed = 3 * (asked * (1 - asked) / len(rows)) ** 0.5
    assert asked * 0.93 - allowed <= found <= asked + allowed


def test_the_top_of_the_queue_is_harmless() -> None:
    made = records(LEADS, hostile=20.0)
    fresh = [
        row
        for row in made["contacts"]
        if (at := row.properties.get("recent_conversion_date")) and NOW_MS - ms_of(at) <= HOUR_MS
    ]
    due = [
        row
        for row in made["tasks"]
        if row.properties["hs_task_type"] == "CALL"
        and row.properties["hs_task_status"] == "NOT_STARTED"
        and ms_of(row.properties["hs_timestamp"]) <= NOW_MS
    ]
    assert len(fresh) >= 10
    assert len(due) >= 5
    assert _hostile(fresh) == []
    assert _hostile(due) == []


def test_none_asked_for_none_given() -> None:
    made = records(LEADS, hostile=0.0)
    for rows in made.values():
        assert _hostile(rows) == []
        assert all(len(r.id) < 19 for r in rows)
        for record in rows:
            assert not any("\x1b" in v or len(v) > 400 for v in record.properties.values())


def test_every_kind_of_attack_occurs() -> None:
    seen = {
        value
        for rows in records(LEADS, hostile=100.0).values()
        for record in rows
        for value in record.properties.values()
    }
    missing = [(kind, text[:20]) for kind, text in (*SHORT, *LONG) if text not in seen]
    assert missing == []


def test_some_ids_have_nineteen_digits() -> None:
    made = records(LEADS, hostile=20.0)
    for type_ in ("contacts", "companies"):
        long = [r.id for r in made[type_] if len(r.id) == 19]
        assert 0.02 <= len(long) / len(made[type_]) <= 0.09
        assert any(int(float(id_)) != int(id_) for id_ in long)


def test_some_fields_are_ten_thousand_characters_long() -> None:
    values = [v for r in records(LEADS)["contacts"] for v in r.properties.values()]
    assert sum(len(v) >= 10_000 for v in values) >= 2
    assert max(map(len, values)) <= 65_536


def test_bodies_are_sanitised_as_the_crm_does() -> None:
    for type_, name in (("calls", "hs_call_body"), ("notes", "hs_note_body")):
        for record in records(LEADS, hostile=100.0)[type_]:
            body = record.properties.get(name, "<p></p>")
            assert body.startswith("<p>")
            assert body.endswith("</p>")
            assert "<" not in body[3:-4]


def test_addresses_and_keys_stay_usable() -> None:
    for record in records(LEADS, hostile=100.0)["contacts"]:
        assert record.properties["email"].endswith(".example")
        assert not is_hostile(record.properties["email"])
