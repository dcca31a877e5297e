"""Definitions of every number in a report, for the people it measures."""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.services.reports.tables import duration

DIAL = "dial"
CONNECT = "connect"
CONVERSATION = "conversation"
MEETING = "meeting set"


_DEFINITIONS = {
    "day": "from midnight to midnight on the rep's clock; 23 or 25 hours when clocks change",
    DIAL: "every call made, by any tool, once for the rep however many people were on it; an "
    "outcome undone before it was sent does not count",
    CONNECT: "a dial whose outcome says that a person answered; if the CRM's label "
    "fits several outcomes, all of them must say so",
    CONVERSATION: "a connect with the intended person of at least {talk}",
    MEETING: "a call whose outcome is a meeting, on its day; or a meeting made in the CRM "
    "within 7 days after a call that reached the person, on the day it was made. Once for each "
    "call, for the rep who called; a cancelled meeting does not count",
    "meeting without a call": "a meeting made in the CRM with no such call in the 7 days "
    "before; counted apart",
    "meeting held": "a meeting due on the day that took place, by the CRM's outcome of it now, "
    "no matter when it was set; for the rep whose call it came from. A no-show is one to which "
    "nobody came",
    "meeting kept": "meetings made in the CRM in these days, by the CRM's outcome of them now, "
    "for the rep whose call they came from; `open` are still to come, or nobody has said what "
    "became of them; `of those due` is the share held of those held or missed",
    "not made": "calls that the CRM says were scheduled, queued, failed, cancelled or missed, "
    "and calls that lie ahead: in no other number",
    "corrected": "a call whose outcome was undone after it was sent: a dial, nothing else",
    "talk": "the sum of the durations of the dials as they were logged",
    "disqualified without a call": "leads disqualified from their record; not counted as dials",
    "incoming": "calls that came in: no dials, not in connects or talk; a meeting set in one "
    "counts",
    "by hour and weekday": "in the time zone of the rep who called; the hour that "
    "comes twice when clocks go back holds both",
    "callback kept": "anybody called the lead from {early} before the promised time to {late} "
    "after it; counted for callbacks promised with this sdrdesk, on the day they were due",
    "lead": "a person who converted in these days, by the latest of those conversions; leads "
    "the CRM deleted are left out, merged ones count as the one that survived",
    "first attempt": "the first dial by anybody at or after the conversion, or a call from the "
    "lead that was answered",
    "first contact": "the first connect at or after the conversion, or a call from the lead that "
    "was answered",
    "qualified": "the first outcome at or after the conversion that qualifies or sets a "
    "meeting and was not corrected, or the first meeting made after a call",
    "waiting for routing": "from the conversion until this sdrdesk received it, so it is a number "
    "of this desk: a colleague's or lead's desk received it at another time; not known for "
    "a conversion before this sdrdesk began, or one that a later one replaced",
    "waiting for rep": "from then to the first attempt, so a number of this desk too; leads called "
    "before this sdrdesk received them are in neither",
    "p50, p90, p95": "half, nine tenths, nineteen twentieths waited this long at the most "
    "(nearest rank); leads never called are not included, so read them with `never`",
    "business time": "only the office hours in sla.toml, without its holidays",
    "in time": "the first attempt came before the promise of sla.toml ran out; a promise that "
    "still runs is neither kept nor broken; while the customer asked to wait (`sdrdesk wait`) "
    "its clock rests",
    "given up": "never reached since the conversion, and the last outcome ended the work or "
    "no dial followed for {given_up_days} days",
    "complete": "filled: {fields}",
    "rejected": "disqualified or not interested, with the reason the rep gave; the CRM "
    "keeps no reason for the outcomes of others",
    "qualifies": "an outcome since the conversion that qualifies, or the SQL stage of sla.toml "
    "or a later one, entered at or after the conversion (where SQL is left out, the "
    "opportunity stage)",
    "worked": "somebody called the lead, or closed it, since the conversion",
    "days old": "converted at least {matured_days} days ago; there is no "
    "verdict while leads are unworked",
    "interval": "95 % score interval (Wilson): where the true share lies, given how few cases "
    "there are",
    "reached a stage": "the lead is at that lifecycle stage or a later one now, and entered "
    "that or a later one at or after the conversion, by the CRM's dates",
    "gap": "a dial with several people has the shortest of theirs",
    "time in a stage": "from the CRM's date of entering it to its date of entering the next "
    "step that was reached; only leads that went on and whose both dates the CRM tells",
    "goal": "from team.toml: a rep's own, else the team's, else everybody's; working days are "
    "those of sla.toml; a team aims for the sum of its members",
    "silent after one touch": "called once since the conversion, not reached, and left alone; "
    "[week] silent_days in team.toml",
    "stuck in a stage": "entered the present MQL, SQL or opportunity stage longer ago than "
    "[week] stuck_days in team.toml, by the CRM's date",
    "given": "converted in these days and owned by the partner now",
    "touched": "the first call, e-mail, meeting or note by the partner in the CRM at or after "
    "the conversion",
    "came back": "the CRM's stage is the SQL stage or later, entered since the conversion",
    "there now": "leads that are at exactly this stage; how long they will is not known",
}
"""Every definition by name; in braces the values that a team sets in ``sla.toml``."""


def definitions(targets: SlaTargets) -> dict[str, str]:
    """Return every definition by name, with the team's own values."""
    values = {
        "talk": duration(targets.conversation_s),
        "early": duration(targets.callback_early_s),
        "late": duration(targets.callback_late_s),
        "fields": ", ".join(targets.marketing.fields),
        "given_up_days": targets.sales.given_up_days,
        "matured_days": targets.marketing.matured_days,
    }
    return {name: text.format_map(values) for name, text in _DEFINITIONS.items()}


def chosen(targets: SlaTargets, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return these definitions in this order."""
    known = definitions(targets)
    return tuple((name, known[name]) for name in names)
