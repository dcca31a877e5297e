"""The text of an activity, where the CRM has no field for a fact."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.kit.entries import Draft, Told, with_result
from sdrdesk.sync.port import CreateItem
from sdrdesk.sync.richtext import to_html, to_text

KEY = "01JD0000000000000000000001"


def text_of(kind: Any, note: str, **lines: str) -> str:
    intent: Any = {"note": note}
    item = CreateItem(kind, KEY, "1", "", intent, KeyMode.MARKER)
    return Draft(item).text(lines, marked=True)


def test_facts_come_back_and_a_note_that_looks_like_one_stays_a_note() -> None:
    told = Told.of("call", text_of("call", "Outcome: mine", Outcome="Busy", Number="+34600"), "")
    assert (told.key, told.note) == (KEY, "Outcome: mine")
    assert told.lines == {"Outcome": "Busy", "Number": "+34600"}


@pytest.mark.parametrize("kind", ["call", "note", "meeting"])
def test_a_strangers_text_is_a_note(kind: Any) -> None:
    told = Told.of(kind, "Number: 42 is mine\n[ref somebody else]", "")
    assert (told.key, dict(told.lines), told.result) == ("", {}, "")
    assert told.note == "Number: 42 is mine\n[ref somebody else]"


def test_the_result_of_a_meeting_is_its_first_line() -> None:
    text = with_result("Agenda", "no_show")
    assert text == "Result: no show\n\nAgenda"
    assert with_result(text, "completed") == "Result: completed\n\nAgenda"
    told = Told.of("meeting", text, "")
    assert (told.result, told.note) == ("no_show", "Agenda")
    assert Told.of("note", text, "").note == text


def test_a_sentence_about_a_result_is_no_result() -> None:
    told = Told.of("meeting", "Result: held well, see below", "")
    assert (told.result, told.note) == ("", "Result: held well, see below")


@pytest.mark.parametrize("kept", [str.strip, lambda text: to_text(to_html(text))])
@pytest.mark.parametrize("kind", ["call", "meeting"])
@pytest.mark.parametrize("note", ["Result: no show\n\nWill try", "Outcome: mine", "Note:\n\nmine"])
def test_a_note_that_begins_like_a_fact_survives_a_crm_that_trims(
    kind: Any, note: str, kept: Any
) -> None:
    text = kept(text_of(kind, note))
    told = Told.of(kind, text, "")
    assert (told.note, told.result, dict(told.lines)) == (note, "", {})
    if kind == "meeting":
        told = Told.of(kind, kept(with_result(text, "completed")), "")
        assert (told.note, told.result) == (note, "completed")
