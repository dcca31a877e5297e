"""What every number of a report means, in words for whoever is judged by it."""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.services.reports.tables import duration

DIAL = "dial"
CONNECT = "connect"
CONVERSATION = "conversation"
MEETING = "meeting set"


def definitions(targets: SlaTargets) -> dict[str, str]:
    """Return every definition by name, with the team's own numbers in it."""
    talk = duration(targets.conversation_s)
    early, late = duration(targets.callback_early_s), duration(targets.callback_late_s)
    fields = ", ".join(targets.marketing.fields)
    return {
        "day": "from midnight to midnight on the rep's clock; 23 or 25 hours when clocks change",
        DIAL: "every call logged, by any tool; an outcome taken back before it was sent is none",
        CONNECT: "a dial whose outcome says that a person answered; every outcome that the CRM's "
        "word may stand for must say so, else it is none",
        CONVERSATION: f"a connect with the intended person of at least {talk}",
        MEETING: "a call whose outcome is a meeting, or the last call that reached the person "
        "before a meeting that the CRM holds; it counts for who called, once",
        "corrected": "a call whose outcome was taken back after it was sent: a dial, nothing else",
        "talk": "the sum of the durations of the dials as they were logged",
        "disqualified without a call": "leads given up on sight; never among the dials",
        "by hour and weekday": "on the clock of the rep who called; the hour that comes twice when "
        "clocks go back holds both",
        "callback kept": f"anybody called the lead from {early} before the promised time to {late} "
        "after it; counted for callbacks promised with this sdrdesk, on the day they were due",
        "lead": "a person who converted in these days, by the latest of those conversions; leads "
        "the CRM deleted are left out, merged ones count as the one that survived",
        "first attempt": "the first dial by anybody at or after the conversion",
        "first contact": "the first connect at or after the conversion",
        "qualified": "the first outcome at or after the conversion that qualifies or sets a "
        "meeting and was not corrected",
        "system's share": "from the conversion until this sdrdesk held it; not known for a "
        "conversion that a later one displaced",
        "rep's share": "from then to the first attempt; leads somebody called before this sdrdesk "
        "saw them are in neither share",
        "p50, p90, p95": "half, nine tenths, nineteen twentieths waited this long at the most "
        "(nearest rank); who was never called is not among them, so read them with `never`",
        "business time": "only the office hours in sla.toml, without its holidays",
        "in time": "the first attempt came before the promise of sla.toml ran out; a promise that "
        "still runs is neither kept nor broken",
        "given up": "never reached since the conversion, and the last outcome ended the work or "
        f"nobody dialled for {targets.sales.given_up_days} days",
        "complete": f"filled: {fields}",
        "rejected": "disqualified or not interested, with the reason the rep gave; the CRM "
        "keeps no reason for what others recorded",
        "qualifies": "the first outcome that qualifies, or the CRM's stage by now: the SQL "
        "stage of sla.toml, where that is left out the opportunity stage",
        "interval": "95 % score interval (Wilson): where the true share lies, given how few cases "
        "there are",
        "reached a stage": "the lead stands at that lifecycle stage or a later one now",
        "time in a stage": "from the CRM's date of entering it to its date of entering the next "
        "step that was reached; only leads that went on and whose both dates the CRM tells",
        "there now": "leads that stand at exactly this stage; how long they will is not known",
    }


def chosen(targets: SlaTargets, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return these definitions in this order."""
    known = definitions(targets)
    return tuple((name, known[name]) for name in names)
