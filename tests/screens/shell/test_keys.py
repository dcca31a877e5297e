"""The keys are public: documented, unique, explained, and never in each other's way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sdrdesk.domain.outcome.catalog import CALL_KEYS
from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.screens.shell.key_table import MEANINGS, elsewhere, letter_problems
from sdrdesk.screens.shell.keys import own_bindings
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk
from tests.support.keyboards import LAYOUTS, PLACES, symbols
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


def test_the_keys_of_a_call_are_those_that_no_outcome_may_take() -> None:
    names = (key for item in own_bindings(CallScreen) for key in item.key.split(","))
    characters = {key_name(key) for key in names if len(key_name(key)) == 1}
    taken = characters - {"?", "⏎", "→", "←"}
    assert set(CALL_KEYS) == taken | set("0123456789q")
    meant = {key_name(k): m.words for m in MEANINGS for k in m.keys.split(",") if "call." in m.ids}
    for character in taken - {"q"}:
        assert CALL_KEYS[character] == meant[character]


def test_a_letter_of_a_team_that_means_something_else_is_named() -> None:
    nurture = FakeDesk().dispositions["nurture"]
    (found,) = letter_problems([replace(nurture, hotkey="u")])
    assert found.startswith("Nurture has the key u, which elsewhere undoes the last action")
    assert letter_problems([replace(nurture, hotkey="j")]) != []  # moves down in lists
    assert letter_problems([nurture]) == []
    (found,) = letter_problems([replace(FakeDesk().dispositions["qualified"], hotkey="q")])
    assert "q, which elsewhere leaves the screen; in a call it still records" in found


def test_a_key_is_explained_by_where_it_works() -> None:
    assert elsewhere("space", {}) == "marks the lead in the queue, at risk or before it is written"
    assert elsewhere("x", {}) == ""
    remapped = {"queue.mark": "ctrl+j"}
    assert elsewhere("space", remapped) == "marks the lead at risk or before it is written"
    assert elsewhere("ctrl+j", remapped) == "marks the lead in the queue"


FOOTERS = {
    ("j", 80): ("⏎ call", "/ find", "u undo", "F6 block", "h at risk"),
    ("j", 140): ("V views", "p pin", "space mark", "o open"),
    ("j space", 80): ("s skip", "p pin", "R repeat", "esc whole queue"),
    ("enter a", 80): ("⏎ start", "s skip", "z snooze", "u undo", "F6 block"),
    ("j enter", 80): ("⏎ note", "t picked up", "1-9 answers", "f facts", ". number", "F6 block"),
    ("j enter t", 80): ("⏎ note", "1-9 answers", "F2 preview"),
    ("j enter t", 200): ("t still ringing", "esc back"),
    ("j enter enter", 80): ("esc note done", "⏎ new line", "ctrl+z undo in the note"),
    ("j enter f", 80): ("⏎ next", "esc done"),
}
"""Keys pressed and columns, and what the footer holds then."""


@pytest.mark.anyio
@pytest.mark.parametrize(("keys", "columns"), FOOTERS)
async def test_the_footer_shows_the_keys_of_the_moment(keys: str, columns: int) -> None:
    async with workbench(size=(columns, 24 if columns == 80 else 50)) as bench:
        await bench.press(*keys.split())
        footer = f"  {bench.text.splitlines()[-1].strip()}  "
        for hint in FOOTERS[keys, columns]:
            assert f" {hint} " in footer, footer
        assert footer.endswith(" F1 help  ")


@pytest.mark.anyio
async def test_the_help_begins_with_the_keys_and_says_how_to_close_it() -> None:
    async with workbench() as bench:
        await bench.press("j", "enter", "f1")
        lines = bench.text.splitlines()
        assert "Keys of this screen" in lines[0]
        assert "Start the call" in lines[1]
        assert "esc closes" in lines[-1]
        await bench.press("end")
        await bench.sees("Numbers answer objections")


@pytest.mark.anyio
async def test_the_palette_begins_with_the_actions_of_the_screen_and_has_only_ours() -> None:
    async with workbench() as bench:
        await bench.press("ctrl+p")
        await bench.sees("Call the lead under the cursor")
        assert bench.text.index("Call the lead") < bench.text.index("Skip for an hour")
        await bench.type("maximize")
        await bench.sees("No matches")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_meaning_has_a_key_without_altgr(layout: str) -> None:
    at = LAYOUTS.index(layout)
    found = dict(symbols())
    assert {"&", ";", "[", "@"} <= {key for keys in found for key in keys}
    hard = [keys for keys in found if all(PLACES[key][at].startswith("AltGr") for key in keys)
            and not {"@", "#"} & set(keys)]  # fmt: skip
    assert hard == []


def test_at_and_number_sign_which_some_keyboards_hide_have_a_second_key() -> None:
    keys = [meaning.keys.split(",") for meaning in MEANINGS]
    assert [group[1] for group in keys if group[0] in ("at", "number_sign")] == ["ctrl+g", "ctrl+o"]
