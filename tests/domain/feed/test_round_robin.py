"""Round robin: who is offered a fresh lead, for how long, and what ends it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.feed.notes import note_body, parse_note
from sdrdesk.domain.feed.offers import READY_FOR_S, Ready, parse_ready, ready_body
from sdrdesk.domain.feed.round_robin import PASS_AFTER_S, RoundRobin
from sdrdesk.domain.feed.subjects import FeedNames

NAMES = FeedNames.of("HubSpot 1")
HOUR = 3600.0


class Team:
    """A round robin with reps who keep saying that they are there."""

    def __init__(self, *reps: str) -> None:
        self.robin = RoundRobin()
        self.reps = {rep: Ready(rep, "block") for rep in reps}
        self.now = 0.0
        self.steps: list[tuple[str, str, str]] = []

    def say(self, rep: str, state: str = "block", lead: str = "", answer: str = "") -> None:
        self.reps[rep] = Ready(rep, state, lead, answer)  # type: ignore[arg-type]
        self.robin.heard(self.reps[rep], self.now)
        self.turn()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.now += 1
            for ready in self.reps.values():
                self.robin.heard(ready, self.now)
            self.turn()

    def lead(self, lead: str, owner: str = "", fresh_for_s: float = HOUR) -> None:
        self.robin.found(lead, owner, fresh_for_s, self.now)
        self.turn()

    def turn(self) -> None:
        self.steps += [(s.lead_id, s.owner, s.step) for s in self.robin.turn(self.now)]

    def take_steps(self) -> list[tuple[str, str, str]]:
        steps, self.steps = self.steps, []
        return steps


def team(*reps: str) -> Team:
    made = Team(*reps)
    made.wait(1)
    return made


def test_who_lets_it_pass_for_a_minute_passes_it_on_and_is_not_asked_again() -> None:
    here = team("ana", "ben")
    here.lead("1")
    assert here.take_steps() == [("1", "ana", "offered")]
    here.wait(PASS_AFTER_S - 1)
    assert here.take_steps() == []
    here.wait(1)
    assert here.take_steps() == [("1", "ana", "passed"), ("1", "ben", "offered")]
    here.wait(300)
    assert here.take_steps() == [("1", "ben", "passed")]
    here.say("cem")
    assert here.take_steps() == [("1", "cem", "offered")], "whoever begins a block later"


def test_the_first_to_take_it_ends_it_and_is_told_once() -> None:
    here = team("ana", "ben")
    here.lead("1")
    here.say("ana", "call", "1", "took")
    here.wait(200)
    here.lead("1", owner="ana")
    assert here.take_steps() == [("1", "ana", "offered"), ("1", "ana", "taken")]
    here.lead("1")
    here.wait(60)
    assert here.take_steps() == [], "not offered again while the CRM does not know its owner yet"


def test_who_takes_it_as_it_is_passed_on_has_it() -> None:
    here = team("ana", "ben")
    here.lead("1")
    here.wait(PASS_AFTER_S)
    here.take_steps()
    here.say("ana", "block", "1", "took")
    assert here.take_steps() == [("1", "ben", "gone"), ("1", "ana", "taken")]


def test_a_lead_that_somebody_has_is_neither_offered_nor_passed_on() -> None:
    here = team("ana", "ben")
    here.lead("1")
    here.robin.claimed("1", 200, here.now)
    here.wait(150)
    assert here.take_steps() == [("1", "ana", "offered")]
    here.robin.claimed("1", 0, here.now)
    here.wait(1)
    assert here.take_steps() == [("1", "ana", "passed"), ("1", "ben", "offered")]


def test_who_pauses_leaves_or_cannot_call_it_passes_it_on_at_once() -> None:
    for leaves in ("pause", "no", "away"):
        here = team("ana", "ben")
        here.lead("1")
        here.take_steps()
        if leaves == "pause":
            here.say("ana", "")
        elif leaves == "no":
            here.say("ana", "block", "1", "no")
        else:
            del here.reps["ana"]
            here.wait(READY_FOR_S + 1)
        assert here.take_steps() == [("1", "ana", "passed"), ("1", "ben", "offered")], leaves


def test_reps_between_calls_come_first_then_who_was_asked_longest_ago() -> None:
    here = team("ana", "ben", "cem")
    here.say("ana", "call")
    for lead in ("1", "2", "3", "4"):
        here.lead(lead)
    assert [step[:2] for step in here.take_steps()] == [("1", "ben"), ("2", "cem"), ("3", "ana")]
    here.say("cem", "block", "2", "took")
    assert here.take_steps() == [("2", "cem", "taken"), ("4", "cem", "offered")]


def test_leads_with_an_owner_or_no_longer_fresh_are_not_offered() -> None:
    here = team("ana")
    here.lead("1", owner="ben")
    here.lead("2", fresh_for_s=0)
    here.lead("3", fresh_for_s=20)
    here.wait(30)
    assert here.take_steps() == [("3", "ana", "offered"), ("3", "ana", "passed")]


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["wait", "lead", "owned", "took", "no", "pause", "back", "claim", "free"]),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(_ACTS)
def test_a_lead_is_offered_to_one_rep_at_a_time_and_a_rep_has_one_offer(
    acts: list[tuple[str, int, int]],
) -> None:
    here = team("r0", "r1", "r2")
    open_now: dict[str, str] = {}
    ever: set[tuple[str, str]] = set()
    for act, lead, rep in acts:
        name, who = f"l{lead}", f"r{rep}"
        if act == "wait":
            here.wait(20)
        elif act in ("lead", "owned"):
            here.lead(name, "r9" if act == "owned" else "")
            if act == "owned":  # a lead whose owner is removed later begins anew
                ever = {pair for pair in ever if pair[0] != name}
        elif act in ("took", "no"):
            here.say(who, "block", name, act)
        elif act in ("pause", "back"):
            here.say(who, "" if act == "pause" else "block")
        else:
            here.robin.claimed(name, 30 if act == "claim" else 0, here.now)
        for lead_id, owner, step in here.take_steps():
            if step == "offered":
                assert lead_id not in open_now
                assert owner not in open_now.values()
                assert (lead_id, owner) not in ever
                open_now[lead_id] = owner
                ever.add((lead_id, owner))
            elif open_now.get(lead_id) == owner:
                del open_now[lead_id]
            else:
                assert step == "taken", "only a late take ends what is open elsewhere"


def test_messages_of_round_robin_are_read_back_and_strange_ones_are_none() -> None:
    subject = NAMES.ready("70001")
    assert parse_ready(NAMES, subject, ready_body("block", "5", "took")) == Ready(
        "70001", "block", "5", "took"
    )
    for body in (b"", b"[]", b'{"s":"x","lead":"","a":""}', b'{"s":"","lead":"a.b","a":""}'):
        assert parse_ready(NAMES, subject, body) is None
    assert parse_ready(NAMES, subject + ".x", ready_body("")) is None
    offer = NAMES.offer("70001", "5")
    told = parse_note(NAMES, offer, note_body(7, "offered"))
    assert told is not None
    assert (told.kind, told.owner, told.step, told.at_ms) == ("offer", "70001", "offered", 7)
    for body in (note_body(7), note_body(7, "sold"), b"no json"):
        assert parse_note(NAMES, offer, body) is None
    assert parse_note(NAMES, NAMES.note("1", "lead", "5"), note_body(7, "offered")) is None
