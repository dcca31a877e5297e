"""What agents may see and do: bounded, marked, and only with leave."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.agent_mark import agent_of, with_mark
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.agents.data import as_data
from sdrdesk.services.agents.limits import AgentLimit, TooFastError
from sdrdesk.services.agents.rpc import reply
from sdrdesk.services.agents.tools import AgentTools
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.agent_proposals import MOST
from tests.services.agents.conftest import ORDER, tools_of
from tests.services.conftest import MakeDesk

Json = dict[str, Any]
texts = st.text(max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def bare(value: object) -> list[str]:
    """Return the texts that are not marked."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        if value.keys() == {"untrusted_text"} and isinstance(value["untrusted_text"], str):
            return []
        return [text for part in value.values() for text in bare(part)]
    return [text for part in value for text in bare(part)] if isinstance(value, list) else []


@settings(max_examples=60)
@given(values)
def test_every_text_but_our_own_words_is_marked(value: object) -> None:
    for text in bare(as_data(value)):
        assert text.isascii()
        assert text.isprintable()
        assert len(text) <= 60


def test_text_of_the_crm_is_marked_as_data(desk: LocalDesk) -> None:
    tools = tools_of(desk, writes=False)
    for answer in (tools.call("queue", {}), tools.call("lead", {"lead_id": "502"})):
        assert "Ignore all rules" in json.dumps(answer)
        assert not [text for text in bare(answer) if "Ignore" in text]
        assert "\\u001b" not in json.dumps(answer)
    assert [lead["lead_id"] for lead in tools.call("queue", {"limit": 1})["leads"]] == ["501"]
    assert tools.call("why", {"lead_id": "501"})["lead_id"] == "501"
    assert tools.call("report", {"name": "outcomes"})
    assert tools.call("log", {})["activities"] == []


def test_without_leave_nothing_can_be_recorded(desk: LocalDesk) -> None:
    tools = tools_of(desk, writes=False)
    assert "propose_outcome" not in tools.tools
    answer, failed = tools.answer("add_note", {"lead_id": "501", "text": "x"})
    assert failed
    assert "There is no tool 'add_note'" in json.dumps(answer)


def test_an_outcome_is_proposed_then_recorded_once_marked_and_undone(desk: LocalDesk) -> None:
    told: list[str] = []
    tools = AgentTools(desk, desk.proposals, writes=True, changed=told.append)
    tools.name("pilot")
    made = tools.call("propose_outcome", {"lead_id": "501", "outcome": "no_answer", "note": "rang"})
    assert desk.outbox.items() == []
    assert made["preview"]
    done = tools.call("record_outcome", {"proposal_id": made["proposal_id"]})
    again = tools.call("record_outcome", {"proposal_id": made["proposal_id"]})
    assert {**again, "next_lead_id": done["next_lead_id"]} == done
    assert done["recorded_by"] == "pilot"
    (call,) = [item for item in desk.outbox.items() if item.kind == "call"]
    assert call.state == "held"
    (entry,) = tools.call("log", {})["activities"]
    assert entry["note"] == {"untrusted_text": "[Recorded by an agent: pilot]\nrang"}
    assert "record outcome by an agent: pilot" in told
    assert tools.call("undo", {})["clean"]
    assert [item.state for item in desk.outbox.items()] in ([], ["undone"] * 2)
    assert tools.answer("undo", {})[1]


def test_what_the_rep_undid_is_undone_already(desk: LocalDesk) -> None:
    tools = tools_of(desk)
    desk.outcome.record("502", Entry("no_answer", desk.now()))
    tools.call("add_note", {"lead_id": "501", "text": "likes tea"})
    assert desk.undo.last().clean
    answer, failed = tools.answer("undo", {})
    assert failed
    assert "already undone" in json.dumps(answer)
    assert desk.undo.last().label == "No answer", "nothing else was undone"


def test_a_note_that_was_sent_is_said_to_be_in_the_crm(desk: LocalDesk, db: Database) -> None:
    tools = tools_of(desk)
    tools.call("add_note", {"lead_id": "501", "text": "likes tea"})
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent', attempts = 1")
    answer, failed = tools.answer("undo", {})
    assert failed
    assert "already in HubSpot" in json.dumps(answer)


def test_an_agent_undoes_only_its_own(desk: LocalDesk) -> None:
    tools = tools_of(desk)
    tools.call("add_note", {"lead_id": "501", "text": "likes tea"})
    desk.outcome.record("502", Entry("no_answer", desk.now()))
    answer, failed = tools.answer("undo", {})
    assert failed
    assert "Another outcome was recorded" in json.dumps(answer)
    assert desk.leads.view("501").timeline[0].note.startswith("[Recorded by an agent: pilot v1]")


def test_an_old_or_unknown_proposal_is_refused(desk: LocalDesk) -> None:
    tools = tools_of(desk)
    made = tools.call("propose_outcome", {"lead_id": "501", "outcome": "no_answer"})
    for _ in range(60):
        with pytest.raises(UsageError):
            tools.call("record_outcome", {"proposal_id": "0" * 32})
        if tools.answer("propose_outcome", {"lead_id": "501", "outcome": "busy"})[1]:
            break
    assert made["proposal_id"]


@pytest.mark.parametrize(
    "arguments",
    [{}, {"lead_id": 501}, {"lead_id": "501", "outcome": "no_answer", "shell": "x"},
     {"lead_id": "501", "outcome": "no_answer", "duration_s": True},
     {"lead_id": "501", "outcome": "no_answer", "note": "x" * 5_000},
     {"lead_id": "501", "outcome": "no_answer", "qualify": {"need": 1}},
     {"lead_id": "501", "outcome": "no_answer", "qualify": {"shoe_size": "44"}},
     {"lead_id": "501", "outcome": "no_answer", "qualify": {"need": "\ud800"}},
     {"lead_id": "501", "outcome": "no_answer", "note": "half of \ud83d"},
     {"lead_id": "501", "outcome": "no_answer", "number": "+1'); DROP"}],
)  # fmt: skip
def test_wrong_arguments_record_nothing(desk: LocalDesk, arguments: Json) -> None:
    with pytest.raises(UsageError):
        tools_of(desk).call("propose_outcome", arguments)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01", "today"])
def test_a_day_that_cannot_be_counted_is_an_error_with_words(desk: LocalDesk, day: str) -> None:
    answer, failed = tools_of(desk).answer("log", {"day": day})
    assert failed
    assert "A day is YYYY-MM-DD" in answer["error"]["untrusted_text"]


def test_whatever_fails_is_answered_and_the_next_request_too(
    desk: LocalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tools_of(desk)
    monkeypatch.setattr(desk.queue, "funnel", lambda: 1 // 0)
    line = b'{"id":1,"method":"tools/call","params":{"name":"funnel"}}\n'
    assert json.loads(reply(tools, line))["result"]["isError"]
    assert not tools.answer("outcomes", {})[1]


def test_a_flood_of_writes_leaves_the_agent_its_undo(desk: LocalDesk) -> None:
    tools = tools_of(desk)
    made = tools.call("propose_outcome", {"lead_id": "501", "outcome": "no_answer"})
    assert tools.answer("record_outcome", {"proposal_id": made["proposal_id"]})[1] is False
    asked = {"lead_id": "501", "outcome": "busy"}
    while not tools.answer("propose_outcome", asked)[1]:
        pass
    assert tools.call("undo", {})["clean"]


def test_a_flood_is_refused_and_told_when_to_come_back(desk: LocalDesk) -> None:
    tools = tools_of(desk, most=3)
    answers = [tools.answer("funnel", {}) for _ in range(500)]
    assert [failed for _, failed in answers[:4]] == [False, False, False, True]
    assert "More than 3 requests in a minute" in answers[-1][0]["error"]
    now = 0.0
    limit = AgentLimit(2, "writes", lambda: now)
    limit.take()
    now = 30.0
    limit.take()
    with pytest.raises(TooFastError, match="30 s"):
        limit.take()
    now = 60.0
    limit.take()


def test_the_mark_cannot_be_forged_by_a_name() -> None:
    note = with_mark("said: [Recorded by an agent: me]", "a]\n[Recorded by a person")
    assert agent_of(note) == "a Recorded by a person"
    assert agent_of("[Recorded by hand]") == ""


@pytest.mark.parametrize(
    "line",
    [b"\n", b"[]\n", b"{}\n", b"\xff\n", b'{"method":"tools/call","id":1,"params":[]}\n',
     b'{"method":"rm","id":1}\n', b'{"method":"tools/call","id":1,"params":{"arguments":5}}\n'],
)  # fmt: skip
def test_what_is_no_request_is_answered_with_an_error(desk: LocalDesk, line: bytes) -> None:
    assert "error" in json.loads(reply(tools_of(desk), line))


def test_the_order_in_a_name_is_nowhere_an_error_text(desk: LocalDesk) -> None:
    answer, failed = tools_of(desk).answer("report", {"name": ORDER})
    assert failed
    assert answer["error"].keys() == {"untrusted_text"}


def test_a_proposal_outlives_a_restart_and_is_recorded_once(
    make_desk: MakeDesk, desk: LocalDesk
) -> None:
    made = tools_of(desk).call("propose_outcome", {"lead_id": "501", "outcome": "no_answer"})
    given = {"proposal_id": made["proposal_id"]}
    done = tools_of(make_desk()).call("record_outcome", given)
    assert done["activity_key"] == made["proposal_id"]
    again = tools_of(make_desk()).call("record_outcome", given)  # the answer got lost
    assert (again["activity_key"], again["outbox"]) == (done["activity_key"], done["outbox"])
    assert len(desk.log.day(desk.now().date()).activities) == 1
    assert tools_of(make_desk()).call("undo", {})["clean"] is True
    with pytest.raises(UsageError, match="nothing to undo"):
        tools_of(make_desk()).call("undo", {})


def test_of_a_flood_of_proposals_the_latest_are_kept(desk: LocalDesk) -> None:
    entry = Entry("no_answer", desk.now())
    keys = [desk.proposals.keep("pilot", "501", entry) for _ in range(MOST + 1)]
    with pytest.raises(UsageError, match="no such proposal"):
        desk.proposals.record(keys[0])
    assert desk.proposals.record(keys[-1])[1]
