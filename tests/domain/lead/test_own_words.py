"""What the rep wrote, in a text with more than that."""

from __future__ import annotations

import pytest

from sdrdesk.domain.lead.own_words import own_words
from sdrdesk.domain.outcome.note_text import call_note

ANSWERS = {"budget": "50k: maybe", "need": "forklifts"}


@pytest.mark.parametrize("note", ["", "They liked it", "One\n\nReason: mine\nBudget: mine"])
def test_the_note_comes_back_without_reason_and_answers(note: str) -> None:
    text = call_note(note, "No budget", ANSWERS)
    assert text != note
    assert own_words(text, "no_budget", ANSWERS, is_call=True) == note


def test_lines_that_somebody_changed_stay() -> None:
    text = call_note("Hello", "No budget", ANSWERS).replace("forklifts", "cranes")
    assert own_words(text, "no_budget", ANSWERS, is_call=True) == text
    assert own_words("Reason: mine", "", {}, is_call=True) == "Reason: mine"


def test_the_headline_of_an_outcome_without_a_call_goes() -> None:
    text = "Disqualified without a call\nspam\nReason: Bad fit"
    assert own_words(text, "bad_fit", {}, is_call=False) == "spam"
    assert own_words("I came without a call", "", {}, is_call=True) == "I came without a call"
