"""The keys are public: documented, unique, explained, and never in each other's way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.shell.key_table import MEANINGS, elsewhere, letter_problems
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


def test_every_key_has_one_meaning_on_all_screens() -> None:
    owners = [key for meaning in MEANINGS if not meaning.words.startswith("closes the dialog")
              for key in meaning.keys.split(",")]  # fmt: skip
    shared = [key for key, count in Counter(owners).items() if count > 1]
    assert shared == [], "these keys have two meanings in the table"


def test_every_binding_has_its_meaning_in_the_table() -> None:
    meaning_of = {name: meaning for meaning in MEANINGS for name in meaning.ids.split()}
    count = Counter(name for meaning in MEANINGS for name in meaning.ids.split())
    assert [name for name, times in count.items() if times > 1] == []
    bindings = {item.id: item for _, items in bound() for item in items}
    assert set(meaning_of) == set(bindings), "key_table.py and the screens name different ids"
    for name, item in bindings.items():
        meaning = meaning_of[str(name)]
        keys = set(item.key.split(","))
        assert keys <= set(meaning.keys.split(",")), (name, keys, meaning)


def test_no_outcome_letter_means_something_else_on_another_screen() -> None:
    assert letter_problems(FakeDesk().outcomes()) == []
    letters = {outcome.hotkey: f"records {outcome.label}" for outcome in FakeDesk().outcomes()}
    for meaning in MEANINGS:
        for key in meaning.keys.split(","):
            assert letters.get(key, meaning.words) == meaning.words


def test_a_letter_of_a_team_that_means_something_else_is_named() -> None:
    nurture = FakeDesk().dispositions["nurture"]
    (found,) = letter_problems([replace(nurture, hotkey="u")])
    assert found.startswith("Nurture has the key u, which elsewhere undoes the last action")
    assert letter_problems([replace(nurture, hotkey="j")]) != []  # moves down in lists
    assert letter_problems([nurture]) == []


def test_a_key_is_explained_by_where_it_works() -> None:
    assert elsewhere("space", {}) == "marks the lead in the queue or at risk"
    assert elsewhere("x", {}) == ""
    remapped = {"queue.mark": "ctrl+j"}
    assert elsewhere("space", remapped) == "marks the lead at risk"
    assert elsewhere("ctrl+j", remapped) == "marks the lead in the queue"


def test_footers_hold_at_most_six_keys() -> None:
    for owner, items in bound():
        assert sum(item.show for item in items) <= 6, owner
