"""The keys are public: documented, unique, explained, and never in each other's way."""

from __future__ import annotations

from collections import Counter

from sdrdesk.screens.call.screen import CallScreen
from tests.support.fake_desk import FakeDesk
from tests.support.keys_page import PAGE, bound, keys_page


def test_the_page_of_keys_is_fresh() -> None:
    stale = "docs/keys.md is stale: run python -m tests.support.keys_page"
    assert PAGE.read_text(encoding="utf-8") == keys_page(), stale


def test_ids_are_there_and_unique() -> None:
    ids = Counter(item.id for _, items in bound() for item in items)
    assert None not in ids
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_key_of_a_screen_is_explained() -> None:
    for owner, items in bound():
        for item in items:
            assert item.description, (owner, item)
            if owner.__module__.startswith("sdrdesk.screens"):
                assert item.tooltip, (owner, item)


def test_no_key_twice_on_one_screen() -> None:
    for owner, items in bound():
        keys = Counter(key for item in items for key in item.key.split(","))
        assert [key for key, count in keys.items() if count > 1] == [], owner


def test_outcome_letters_and_objection_numbers_are_free_on_the_call_screen() -> None:
    taken = {
        key for owner, items in bound() if owner is CallScreen
        for item in items for key in item.key.split(",")
    }  # fmt: skip
    outcomes = {outcome.hotkey for outcome in FakeDesk().outcomes()}
    assert not taken & outcomes
    assert not taken & set("0123456789")


def test_footers_hold_at_most_six_keys() -> None:
    for owner, items in bound():
        assert sum(item.show for item in items) <= 6, owner
