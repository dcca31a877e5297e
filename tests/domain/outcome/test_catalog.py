from __future__ import annotations

import copy
from typing import Any

import pytest

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.outcome.catalog import Flag, parse_dispositions
from sdrdesk.domain.outcome.lint import lint_dispositions
from sdrdesk.domain.outcome.types import AccountRules
from tests.domain.outcome_table import shipped

# key, hotkey, call outcome, status afterwards, lifecycle, required: the public table.
TABLE = [
    ("no_answer", "a", "No answer", "ATTEMPTED_TO_CONTACT", "", ()),
    ("left_voicemail", "v", "Left voicemail", "ATTEMPTED_TO_CONTACT", "", ()),
    ("busy", "b", "Busy", "ATTEMPTED_TO_CONTACT", "", ()),
    ("gatekeeper", "g", "Left live message", "ATTEMPTED_TO_CONTACT", "", ()),
    ("wrong_number", "w", "Wrong number", "", "", ()),
    ("callback", "c", "Connected", "IN_PROGRESS", "", ("callback_at",)),
    ("nurture", "l", "Connected", "BAD_TIMING", "", ()),
    ("not_interested", "x", "Connected", "UNQUALIFIED", "", ("reason",)),
    ("disqualified", "d", "Connected", "UNQUALIFIED", "", ("reason",)),
    ("qualified", "Q", "Connected", "CONNECTED", "qualified", ()),
    ("meeting_set", "m", "Connected", "CONNECTED", "qualified", ("meeting_at",)),
    ("do_not_call", "X", "Connected", "UNQUALIFIED", "", ()),
]


def test_the_shipped_file_is_the_public_table() -> None:
    rows = [
        (d.key, d.hotkey, d.crm_outcome, d.lead_status, d.lifecycle, d.requires)
        for d in shipped().values()
    ]
    assert rows == TABLE


def test_attempts_only_replace_the_early_statuses() -> None:
    early = {"", "NEW", "OPEN", "ATTEMPTED_TO_CONTACT"}
    for item in shipped().values():
        if item.lead_status == "ATTEMPTED_TO_CONTACT":
            assert item.only_from == early
        else:
            assert not item.only_from


def test_flags_say_what_reports_need() -> None:
    table = shipped()
    assert table.flagged(Flag.MEETING) == {"meeting_set"}
    assert table.flagged(Flag.WITHOUT_CALL) == {"disqualified"}
    assert table.flagged(Flag.DO_NOT_CALL) == {"do_not_call"}
    assert "gatekeeper" in table.flagged(Flag.REACHED)
    assert "gatekeeper" not in table.flagged(Flag.REACHED, Flag.INTENDED_PERSON)
    assert table.flagged(Flag.ATTEMPT) == {
        "no_answer", "left_voicemail", "busy", "gatekeeper", "wrong_number",
    }  # fmt: skip


def test_every_outcome_has_a_glyph_of_its_own() -> None:
    glyphs = [item.glyph for item in shipped().values()]
    assert len(set(glyphs)) == len(glyphs)


def test_reasons_cover_what_marketing_asks_for() -> None:
    reasons = dict(shipped()["disqualified"].reasons)
    wanted = {"bad_fit", "no_budget", "no_authority", "no_need", "competitor", "duplicate"}
    assert wanted <= set(reasons)
    assert shipped()["disqualified"].reason_label("bad_fit") == "Bad fit"
    assert shipped()["disqualified"].reason_label("our own") == "our own"


def test_the_nearest_key_is_found() -> None:
    assert shipped().nearest("voicemail") == "left_voicemail"
    assert shipped().nearest("zzz") == ""


def one(**changes: object) -> dict[str, Any]:
    entry: dict[str, object] = {"label": "Talked", "hotkey": "k", **changes}
    return {"disposition": {"talked": {k: v for k, v in entry.items() if v is not None}}}


@pytest.mark.parametrize(
    ("data", "path", "word"),
    [
        ({}, ("disposition",), "missing"),
        ({"disposition": {}}, ("disposition",), "at least one"),
        ({**one(), "colour": 1}, ("colour",), "not a known setting"),
        (one(labl="x"), ("disposition", "talked", "labl"), "did you mean 'label'"),
        (one(label=" "), ("disposition", "talked", "label"), "empty"),
        (one(hotkey="ab"), ("disposition", "talked", "hotkey"), "one character"),
        (one(hotkey=" "), ("disposition", "talked", "hotkey"), "one character"),
        (one(hotkey="\x1b"), ("disposition", "talked", "hotkey"), "one character"),
        (one(flags=["reachd"]), ("disposition", "talked", "flags"), "did you mean 'reached'"),
        (one(flags=["intended_person"]), ("disposition", "talked", "flags"), "without reached"),
        (one(color="#ff0000"), ("disposition", "talked", "color"), "not known"),
        (one(lifecycle="customer"), ("disposition", "talked", "lifecycle"), "not known"),
        (one(requires=["when"]), ("disposition", "talked", "requires"), "not known"),
        (one(requires=["reason"]), ("disposition", "talked", "requires"), "no reasons"),
        (one(flags=["meeting"]), ("disposition", "talked", "requires"), "meeting_at"),
        (one(flags=["callback"]), ("disposition", "talked", "requires"), "callback_at"),
        (one(flags=["final"], retry="busy"), ("disposition", "talked", "retry"), "final"),
        (one(only_from=["NEW"]), ("disposition", "talked", "only_from"), "not by what"),
        (one(priority=True), ("disposition", "talked", "priority"), "whole number"),
        (one(priority=100), ("disposition", "talked", "priority"), "between"),
        (one(reasons={"Bad Fit": "x"}), ("disposition", "talked", "reasons", "Bad Fit"), "lower"),
        (one(reasons={"bad": 3}), ("disposition", "talked", "reasons", "bad"), "must be text"),
        ({"disposition": {"No": {"label": "x", "hotkey": "x"}}}, ("disposition", "No"), "lower"),
    ],
)
def test_a_bad_file_names_the_place(data: dict[str, Any], path: tuple[str, ...], word: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        parse_dispositions(data)
    assert caught.value.key_path == path
    assert word in caught.value.message


def test_one_key_cannot_record_two_outcomes() -> None:
    data = one()
    data["disposition"]["listened"] = {"label": "Listened", "hotkey": "k"}
    with pytest.raises(ConfigProblem) as caught:
        parse_dispositions(data)
    assert caught.value.key_path == ("disposition", "listened", "hotkey")
    assert "talked" in caught.value.message


def test_parsing_leaves_its_input_alone() -> None:
    data = one(reasons={"bad": "Bad"}, flags=["reached"])
    before = copy.deepcopy(data)
    parse_dispositions(data)
    assert data == before


OUTCOMES = frozenset(
    {"Busy", "Connected", "Left live message", "Left voicemail", "No answer", "Wrong number"}
)
STATUSES = frozenset(
    {"NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT",
     "CONNECTED", "BAD_TIMING"}
)  # fmt: skip


def test_the_shipped_table_fits_a_fresh_account() -> None:
    account = AccountRules(
        do_not_call_mapped=True, known_outcomes=OUTCOMES, known_statuses=STATUSES
    )
    assert lint_dispositions(shipped(), account) == []


def test_lint_names_what_the_account_does_not_have() -> None:
    account = AccountRules(
        qualified_stage="opportunityy",
        known_outcomes=OUTCOMES - {"Busy"} | {"Engaged"},
        known_statuses=STATUSES - {"BAD_TIMING", "OPEN"},
    )
    found = lint_dispositions(shipped(), account)
    errors = {(f.key, f.message) for f in found if f.level == "error"}
    assert ("busy", 'the account has no call outcome "Busy"') in errors
    assert ("nurture", 'the account has no lead status "BAD_TIMING"') in errors
    stage = 'the account has no lifecycle stage "opportunityy"; did you mean "opportunity"?'
    assert ("meeting_set", stage) in errors
    warnings = {f.key: f.message for f in found if f.level == "warning"}
    assert "OPEN" in warnings["no_answer"]
    assert "setup" in warnings["do_not_call"]
    assert [f.level for f in found] == sorted((f.level for f in found), key="error".__ne__)


def test_lint_sees_gaps_and_slips_of_a_team_s_own_table() -> None:
    table = parse_dispositions(
        {
            "disposition": {
                "ring_out": {
                    "label": "Rang out", "hotkey": "r", "flags": ["attempt"],
                    "lead_status": "NEW", "list_name": "Nurtur",
                },
                "odd": {"label": "Odd", "hotkey": "o"},
            }
        }
    )  # fmt: skip
    found = lint_dispositions(table, AccountRules(), lists=frozenset({"Nurture"}))
    text = {f"{f.key}: {f.message}" for f in found}
    assert 'ring_out: the account has no static list "Nurtur"; did you mean "Nurture"?' in text
    assert any("only_from" in line for line in text)
    assert any("retry" in line for line in text)
    assert "odd: it carries no flag, so no report counts it" in text
    assert any(line.startswith(": no outcome carries the flag meeting") for line in text)


@pytest.mark.parametrize("hotkey", ["t", "n", "f", "1", "9", "+", "q"])
def test_a_key_of_the_call_is_no_hotkey(hotkey: str) -> None:
    with pytest.raises(ConfigProblem, match="in a call; choose another key") as caught:
        parse_dispositions(one(hotkey=hotkey))
    assert caught.value.key_path == ("disposition", "talked", "hotkey")
