"""The line with an outcome's facts: what was written is read back, and nothing else counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.crm.shared_facts import (
    FactsInText,
    SharedFacts,
    answers_in,
    find_facts,
    line_of,
    read_facts,
    read_line,
)
from sdrdesk.domain.outcome.qualification import parse_qualification

KEY = "0b6c2a4e-1111-4222-8333-944455556666"
FACTS = {"outcome": "callback", "script": "demo@3", "callback": "2026-12-01T09:00:00Z"}


def test_a_line_is_short_and_readable() -> None:
    line = line_of(FACTS, KEY)
    assert line.startswith(
        "[sdrdesk outcome=callback script=demo@3 callback=2026-12-01T09:00:00Z #"
    )
    assert line_of({}, KEY) == ""
    assert line_of(FACTS, "") == ""


words = st.text(max_size=80)


@given(
    st.dictionaries(st.sampled_from(("outcome", "reason", "script", "about", "to")), words),
    st.text(max_size=120),
    st.text(max_size=60),
)
def test_what_was_written_is_read_back_from_any_text(
    facts: dict[str, str], before: str, after: str
) -> None:
    line = line_of(facts, KEY)
    found = find_facts(f"{before}\n{line}\n{after}", KEY)
    if line:
        assert found.facts == read_facts(facts)
        assert line not in found.text
    else:
        assert found.facts is None


@given(st.text(max_size=400), st.text(max_size=40))
def test_no_text_of_a_stranger_stops_the_reading(text: str, key: str) -> None:
    assert find_facts(text, key).facts is None
    assert read_line(text, key).facts is None


def test_a_line_counts_only_in_its_own_record() -> None:
    line = line_of(FACTS, KEY)
    for changed in (line.replace("callback ", "meeting_set "), line[:-9] + "#000000]", line[:-1]):
        found = find_facts(f"Called.\n{changed}", KEY)
        assert found.facts is None
        assert found.problem
        assert changed in found.text
    assert find_facts(line, "another-key").facts is None


def test_a_pasted_line_does_not_hide_the_real_one() -> None:
    forged = line_of({"outcome": "meeting_set"}, "a-key-of-theirs")
    real = line_of(FACTS, KEY)
    for text in (f"{forged}\n{real}", f"{real}\n{forged}"):
        found = find_facts(text, KEY)
        assert found.facts == read_facts(FACTS)
        assert forged in found.text


def test_brackets_of_others_are_nobodys_business() -> None:
    text = "They use [sdrdesk ] too"
    assert find_facts(text, "") == FactsInText(text)


def test_thousands_of_lines_are_read_quickly() -> None:
    assert find_facts("[sdrdesk a=b #" * 20_000, KEY).facts is None


def test_values_that_cannot_be_right_are_left_out() -> None:
    said = {"outcome": "two words", "callback": "soon", "corrects": "a key", "reason": "a\x1bb"}
    assert read_facts(said) == SharedFacts(reason="ab")


def test_answers_come_from_the_lines_of_the_text() -> None:
    text = "They liked it\nReason: other\nBudget: 50k: maybe\nNeed: forklifts"
    assert answers_in(text, ("budget", "need")) == {"budget": "50k: maybe", "need": "forklifts"}
    assert answers_in("shortened by hand", ("budget",)) == {"budget": "see the note"}


def test_the_slots_of_the_largest_set_are_all_read_back() -> None:
    slots = {f"{'a_long_key_' * 3}{n:07}": {"label": f"Slot {n}"} for n in range(24)}
    chosen = parse_qualification({"use": "x", "sets": {"x": {"label": "X", "slots": slots}}})
    said = {"answered": ",".join(chosen.keys), "outcome": "meeting_set"}
    found = find_facts(f"Notes\n{line_of(said, KEY)}", KEY)
    assert found.facts is not None
    assert set(found.facts.answered) == chosen.keys
