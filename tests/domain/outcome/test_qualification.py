from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.outcome.qualification import Qualification, parse_qualification
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.domain.outcome.validation import needs_more
from tests.domain.outcome_table import NOW, payload, record, shipped, shipped_file, shipped_slots

SHIPPED = shipped_file("qualification.toml")

OWN = """
use = "kestrel"
[sets.kestrel]
label = "Kestrel"
[sets.kestrel.slots.arms]
label = "Arms"
question = "How many arms, of which make?"
required = true
[sets.kestrel.slots.shift]
label = "Shift"
also = ["timing"]
"""


def own(text: str = OWN) -> Qualification:
    return parse_qualification(tomllib.loads(text), SHIPPED)


def test_bant_is_used_when_nobody_chooses() -> None:
    assert shipped_slots().pairs == (
        ("budget", "Budget"), ("authority", "Authority"), ("need", "Need"), ("timing", "Timing"),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "slots"), [("bant", 4), ("meddic", 6), ("spiced", 5)])
def test_one_line_chooses_a_set_that_ships(name: str, slots: int) -> None:
    found = own(f'use = "{name}"')
    assert (found.chosen.key, len(found.chosen.slots)) == (name, slots)
    assert all(slot.question for slot in found.chosen.slots)


@pytest.mark.parametrize("name", ["bant", "meddic", "spiced", "kestrel"])
def test_every_question_of_the_shipped_scripts_has_a_slot(name: str) -> None:
    if name == "kestrel":
        assert own().slot_for("timing") == "shift"
        assert own().slot_for("budget") == "budget"  # nobody answers it: the linter says so
        return
    found = own(f'use = "{name}"')
    mine = {key for key, _ in found.pairs}
    assert {found.slot_for(key) for key in ("budget", "authority", "need", "timing")} <= mine


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ('use = "medic"', ("use",), "did you mean 'meddic'"),
        ('use = "bant"\nuses = 1', ("uses",), "did you mean 'use'"),
        (OWN.replace("required", "requird"), ("sets", "kestrel", "slots", "arms", "requird"),
         "did you mean 'required'"),
        (OWN.replace("label = \"Arms\"", "label = \" \""),
         ("sets", "kestrel", "slots", "arms", "label"), "must not be empty"),
        (OWN.replace('"Shift"', '"Arms"'), ("sets", "kestrel", "slots", "shift", "label"),
         "label of arms too"),
        (OWN.replace("slots.arms", "slots.Arms"), ("sets", "kestrel", "slots", "Arms"),
         "lower-case"),
        ('use = "x"\n[sets.x]\nlabel = "X"\n[sets.x.slots]', ("sets", "x", "slots"),
         "at least one slot"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_place(text: str, path: tuple[str, ...], words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        own(text)
    assert caught.value.key_path == path
    assert words in caught.value.message


def test_answers_of_another_set_stay_readable() -> None:
    found = own()
    said = {"economic_buyer": "CFO", "arms": "12", "old_thing": "yes"}
    assert list(found.answers(said)) == ["arms", "economic_buyer", "old_thing"]
    labels = [found.label(key) for key in said]
    assert labels == ["Economic buyer", "Arms", "Old thing"]


@given(st.dictionaries(st.sampled_from(["arms", "shift", "need", "x"]), st.text()))
def test_no_answer_is_lost_and_none_made_up(said: dict[str, str]) -> None:
    filled = {key: text.strip() for key, text in said.items() if text.strip()}
    assert own().answers(said) == filled
    assert {slot.key for slot in own().open_slots(said)} == {"arms", "shift"} - filled.keys()


def test_a_slot_is_typed_by_key_or_label_and_a_slip_is_named() -> None:
    found = own('use = "meddic"')
    assert found.typed("Economic Buyer") == found.typed("economic_buyer") == "economic_buyer"
    with pytest.raises(UsageError, match=r'MEDDIC has no slot "champin" .*champion'):
        found.typed("champin")


def handed(slots: Qualification, **entry: Any) -> str:
    plan = record("qualified", account=AccountRules(slots=slots), **entry)
    return str(payload(plan, OutboxKind.NOTE)["body"])


def test_the_hand_off_repeats_what_was_answered_before_and_names_what_was_not() -> None:
    before = {"champion": "Mika", "metrics": "old"}
    note = handed(own('use = "meddic"'), qualify={"metrics": "9 %"}, qualified_before=before)
    assert "Metrics: 9 %\nChampion: Mika\n" in note
    open_ones = "Economic buyer, Decision criteria, Decision process, Identified pain"
    assert f"Not asked yet: {open_ones}" in note


def test_a_required_slot_must_be_answered_once_before_the_hand_off() -> None:
    with pytest.raises(UsageError, match="Arms") as caught:
        handed(own(), qualify={"shift": "night"})
    assert "--qualify arms=TEXT" in caught.value.next_step
    assert "Arms: 12" in handed(own(), qualified_before={"arms": "12"})


def test_the_rep_is_asked_for_a_required_slot_only_at_a_hand_off() -> None:
    outcomes = shipped()
    handoff = replace(outcomes["qualified"], lifecycle="")  # a moved stage is always confirmed
    assert needs_more(handoff, Entry("qualified", NOW), own())
    said = Entry("qualified", NOW, qualify={"arms": "12"})
    assert not needs_more(handoff, said, own())
    assert not needs_more(outcomes["no_answer"], Entry("no_answer", NOW), own())


def test_the_call_lists_its_answers_in_the_order_of_the_set() -> None:
    account = AccountRules(slots=own('use = "spiced"'))
    said = {"decision": "board", "budget": "50k", "pain": "manual"}
    plan = record("callback", account=account, callback_at=NOW.replace(hour=20), qualify=said)
    assert payload(plan, OutboxKind.CALL)["note"] == "Pain: manual\nDecision: board\nBudget: 50k"
    assert list(plan.activity.qualify) == ["pain", "decision", "budget"]
