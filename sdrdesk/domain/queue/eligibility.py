"""The rules that keep a lead out of the queue, as a chain in the order of the funnel.

Each rule has a cheap test, for every lead, and an explanation, for the lead a rep asks about. The
same rules exist as SQL (``store.queue.ranked_leads``) and per kind of lead
(``services.queue.funnel_counts``); ``tests/services/queue/test_order.py`` holds the three together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import NO_FACTS, UNKNOWN_REP, Candidate, QueueFacts
from sdrdesk.domain.ranking.scoring import is_callback_due
from sdrdesk.domain.text.humanize import age_words, option_words, plural, span_words


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that keeps a lead out, until when and why."""

    rule: str
    until: datetime | None
    """Aware UTC; ``None`` when an event ends it and not the clock."""
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a rule reads in addition to the lead."""

    rules: RuleConfig
    facts: QueueFacts
    clock: WindowClock
    now: datetime


_Reason = tuple[datetime | None, str]
"""Until when a rule keeps a lead out, and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One link of the chain."""

    name: str
    label: str
    """Shown in the funnel for the leads it removed."""
    applies: Callable[[Candidate, Context], bool]
    explain: Callable[[Candidate, Context], _Reason]


def exclusions(
    c: Candidate,
    rules: RuleConfig,
    windows: WindowConfig,
    now: datetime,
    facts: QueueFacts = NO_FACTS,
) -> tuple[Exclusion, ...]:
    """Return every rule that keeps ``c`` out at ``now``, in the order of the chain."""
    context = Context(rules, facts, WindowClock(windows, now), now)
    return tuple(
        Exclusion(rule.name, *rule.explain(c, context))
        for rule in CHAIN
        if rule.applies(c, context)
    )


def exclusion_check(
    rules: RuleConfig, clock: WindowClock, facts: QueueFacts = NO_FACTS
) -> Callable[[Candidate], str | None]:
    """Return a function that names the first rule that keeps a lead out, or ``None``.

    One ``clock`` serves a whole queue: it caches each window.
    """
    context = Context(rules, facts, clock, clock.now)
    chain = tuple((rule.name, rule.applies) for rule in CHAIN)

    def first(c: Candidate) -> str | None:
        for name, applies in chain:
            if applies(c, context):
                return name
        return None

    return first


def dialable_numbers(c: Candidate, facts: QueueFacts = NO_FACTS) -> tuple[str, ...]:
    """Return the numbers of ``c`` that may be dialled, the best first."""
    if not (facts.held_numbers or facts.suppressed_numbers or facts.registered):
        return c.numbers
    out = facts.held_numbers | facts.suppressed_numbers | facts.registered.keys()
    return tuple(number for number in c.numbers if number not in out)


def numbers_now(
    c: Candidate, rules: RuleConfig, now: datetime, facts: QueueFacts = NO_FACTS
) -> tuple[str, ...]:
    """Return the numbers of ``c`` that may be dialled at ``now``: those that do not rest."""
    usable = dialable_numbers(c, facts)
    if not c.failed:
        return usable
    ends = {failed.number: rules.rests_until(failed) for failed in c.failed}
    return tuple(n for n in usable if (until := ends.get(n)) is None or until <= now)


def _rests(c: Candidate, x: Context) -> bool:
    if not c.failed or not dialable_numbers(c, x.facts):
        return False
    return not numbers_now(c, x.rules, x.now, x.facts)


def _owner(c: Candidate, x: Context) -> bool:
    mine = x.facts.my_owner_ids
    if mine is None or c.owner_id in mine:
        return False
    # A promise is in the queue of the rep who made it, or of everybody where anybody may keep it.
    if c.callback_at is not None and c.callback_owner_id is not None:
        anybody = c.callback_owner_id == "" and mine != UNKNOWN_REP
        return not (anybody or c.callback_owner_id in mine)
    if c.owner_id or not x.rules.unassigned:
        return True
    return x.facts.share is not None and not x.facts.share.has(c.lead_id)


def _status(c: Candidate, x: Context) -> bool:
    if c.missed_meeting:
        return False  # the meeting had ended the work
    if c.status in x.rules.closed_statuses:
        return True
    if c.closed_at is not None and c.is_closed and not is_callback_due(c, x.now):
        return True
    if c.status not in x.rules.until_conversion:
        return False
    return not (c.came_back or is_callback_due(c, x.now))


def barred_words(c: Candidate, facts: QueueFacts) -> str:
    """Return why a person asked not to be called, ``""`` when they may be called."""
    if c.do_not_call:
        return "the person asked not to be called"
    if c.company_id and c.company_id in facts.suppressed_companies:
        return "the company asked not to be called"
    # A suppressed number only counts when the person has no other number.
    held = facts.suppressed_numbers
    if c.numbers and held and held.issuperset(c.numbers):
        return f"do not call {', '.join(c.numbers)}"
    return ""


def _registered(c: Candidate, x: Context) -> bool:
    """Return whether every number that is left is on a register."""
    barred = x.facts.registered
    if not barred or not any(number in barred for number in c.numbers):
        return False
    return not dialable_numbers(c, x.facts)


def _explain_registered(c: Candidate, x: Context) -> _Reason:
    barred = x.facts.registered
    said = [f"{number} is {barred[number]}" for number in c.numbers if number in barred]
    return None, "; ".join(said)


def _is_ahead(moment: datetime | None, x: Context) -> bool:
    return moment is not None and moment > x.now


def _wait(moment: datetime | None, x: Context) -> str:
    return span_words((moment - x.now).total_seconds() if moment else 0)


def _attempt_cap(c: Candidate, x: Context) -> bool:
    return c.attempts >= x.rules.attempt_cap and not (c.pinned or is_callback_due(c, x.now))


def _resting(c: Candidate, x: Context) -> bool:
    if not _is_ahead(c.next_due_at, x):
        return False
    # A due callback, a pin and a new conversion all beat the retry rule.
    return not (c.pinned or c.came_back or is_callback_due(c, x.now))


def _callback_future(c: Candidate, x: Context) -> bool:
    return _is_ahead(c.callback_at, x) and not c.ended_rest


def _snoozed(c: Candidate, x: Context) -> bool:
    if not c.is_snoozed or not (c.snoozed_until is None or _is_ahead(c.snoozed_until, x)):
        return False
    # A promise is kept, unless the rep put it aside as well.
    return c.rest_promise or not is_callback_due(c, x.now)


def _daily_cap(c: Candidate, x: Context) -> bool:
    if c.calls_24h <= 0:
        return False
    cap = x.clock.config.cap_24h((c.country, c.state))
    return bool(cap) and c.calls_24h >= cap


def _worked_by_colleague(c: Candidate, x: Context) -> bool:
    mine, at = x.facts.my_owner_ids, c.last_attempt_at
    if mine is None or at is None or not c.last_attempt_by or c.last_attempt_by in mine:
        return False
    return at <= x.now < at + timedelta(minutes=x.rules.colleague_min)


def _call_window(c: Candidate, x: Context) -> bool:
    if not c.zone:  # has its own rule
        return False
    return not x.clock.is_open(c.zone, c.country, c.state, is_callback_due(c, x.now), c.owner_id)


def _say(text: str) -> Callable[[Candidate, Context], _Reason]:
    return lambda _c, _x: (None, text)


def _explain_archived(c: Candidate, _x: Context) -> _Reason:
    # The owner of a lead that was taken away is not known here.
    how = "archived in the CRM"
    return None, how if c.owner_id else f"{how}, or given to another rep"


def _rep(owner_id: str, x: Context) -> str:
    return x.facts.owner_names.get(owner_id) or f"owner {owner_id}"


def _explain_owner(c: Candidate, x: Context) -> _Reason:
    if c.owner_id:
        return None, f"belongs to {_rep(c.owner_id, x)}"
    return None, "has no owner; offered to a colleague" if x.rules.unassigned else "has no owner"


def _explain_lifecycle(c: Candidate, _x: Context) -> _Reason:
    return None, f"already handed to sales (stage {option_words(c.lifecycle)})"


def _explain_status(c: Candidate, x: Context) -> _Reason:
    if c.status in x.rules.closed_statuses:
        return None, f'status "{option_words(c.status)}": no more calls planned'
    if c.is_closed and c.status not in x.rules.until_conversion:
        return c.callback_at, "the work was ended here; waits for another conversion"
    return (
        c.callback_at,
        f'status "{option_words(c.status)}": rests until the person converts again',
    )


def _explain_number(c: Candidate, _x: Context) -> _Reason:
    if not c.numbers:
        return None, "no number that can be dialled"
    return None, f"{', '.join(c.numbers)} is held or not to be called; find another number"


def _explain_failed(c: Candidate, x: Context) -> _Reason:
    usable = dialable_numbers(c, x.facts)
    first = min(
        (n for n in c.failed if n.number in usable), key=lambda n: x.rules.rests_until(n) or x.now
    )
    until = x.rules.rests_until(first)
    days = f"{first.days} {plural(first.days, 'day')}"
    rest = f"{first.number} failed on {days} and rests for another {_wait(until, x)}"
    return until, f"{rest}; find another number"


def _explain_snooze(c: Candidate, x: Context) -> _Reason:
    if c.snoozed_until is None:
        return None, "snoozed until the person converts again"
    firm = "" if c.rest_seen_at is not None else ", even if the person converts again"
    return c.snoozed_until, f"snoozed for another {_wait(c.snoozed_until, x)}{firm}"


def _explain_cap(c: Candidate, x: Context) -> _Reason:
    made = f"{c.attempts} {plural(c.attempts, 'attempt')} made"
    return None, f"{made} of {x.rules.attempt_cap}: hand over to nurture?"


def _explain_resting(c: Candidate, x: Context) -> _Reason:
    return c.next_due_at, f"rests after attempt {c.attempts}, due in {_wait(c.next_due_at, x)}"


def _explain_daily_cap(c: Candidate, x: Context) -> _Reason:
    cap = x.clock.config.cap_24h((c.country, c.state))
    until = c.last_attempt_at + timedelta(days=1) if c.last_attempt_at else None
    return until, f"{c.calls_24h} calls in 24 hours, {cap} are allowed in {c.state or c.country}"


def _explain_colleague(c: Candidate, x: Context) -> _Reason:
    at = c.last_attempt_at or x.now
    until = at + timedelta(minutes=x.rules.colleague_min)
    return (
        until,
        f"called by {_rep(c.last_attempt_by, x)} {age_words((x.now - at).total_seconds())}",
    )


def _explain_window(c: Candidate, x: Context) -> _Reason:
    promised = is_callback_due(c, x.now)
    state = x.clock.state(c.zone, c.country, c.state, promised, c.owner_id)
    office = "" if promised else x.clock.config.of(c.owner_id).office
    return state.opens_at, f"outside calling hours{f' of {office}' if office else ''}, {state.text}"


CHAIN: tuple[Rule, ...] = (
    Rule("archived", "archived in the CRM", lambda c, _: c.archived, _explain_archived),
    Rule("owner", "not yours", _owner, _explain_owner),
    Rule(
        "lifecycle",
        "already handed to sales",
        lambda c, x: c.lifecycle in x.rules.past_stages and not c.missed_meeting,
        _explain_lifecycle,
    ),
    Rule("status", "no more calls planned", _status, _explain_status),
    Rule(
        "do_not_call",
        "do not call",
        lambda c, x: bool(barred_words(c, x.facts)),
        lambda c, x: (None, barred_words(c, x.facts)),
    ),
    Rule("suppressed", "on a do-not-call register", _registered, _explain_registered),
    Rule(
        "no_usable_number",
        "no usable number",
        lambda c, x: not dialable_numbers(c, x.facts) and not _registered(c, x),
        _explain_number,
    ),
    Rule("failed_number", "number failed, resting", _rests, _explain_failed),
    Rule(
        "unknown_zone",
        "time zone unknown",
        lambda c, _: not c.zone,
        _say("time zone unknown: set it before the first call"),
    ),
    Rule(
        "callback_future",
        "callback promised for later",
        _callback_future,
        lambda c, x: (c.callback_at, f"callback promised in {_wait(c.callback_at, x)}"),
    ),
    Rule("snoozed", "snoozed", _snoozed, _explain_snooze),
    Rule("attempt_cap", "all attempts made: nurture?", _attempt_cap, _explain_cap),
    Rule("resting", "resting until retry", _resting, _explain_resting),
    Rule("daily_cap", "called often enough today", _daily_cap, _explain_daily_cap),
    Rule("worked_by_colleague", "with a colleague now", _worked_by_colleague, _explain_colleague),
    Rule(
        "in_call",
        "in a call now",
        lambda c, x: c.lead_id in x.facts.in_call,
        lambda c, x: (None, x.facts.in_call[c.lead_id]),
    ),
    Rule("call_window", "outside their hours", _call_window, _explain_window),
)
"""Every rule, in the order in which they are checked.

``store/queue/ranked_leads.py`` repeats them in SQL, and ``store/queue/grouped_counts.py`` groups
leads by what they read. A changed rule changes there too: tests/services/queue/test_order.py
(``test_the_index_and_the_rules_agree``, ``test_the_funnel_counts_what_the_rules_say``) compares.
"""

RULES: tuple[str, ...] = tuple(rule.name for rule in CHAIN)
LABELS: dict[str, str] = {rule.name: rule.label for rule in CHAIN}
