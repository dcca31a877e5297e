"""The sentences of plain mode: no glyphs, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.place.local_times import clocks, local_times
from sdrdesk.domain.text.humanize import age_words, moment_words, plural, span_words
from sdrdesk.services.views.call import Disposed, PracticeView, ScriptItem, ScriptView
from sdrdesk.services.views.lead import LeadView, TimelineItem
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.services.views.sync import StatusView

READY_HELP = """\
Enter: call this lead. next, previous: another lead of the queue. lead: all about them.
script: read the script. why: reasons for the rank. number: their next number.
skip REASON, snooze TIME, snooze until they convert: come back later.
find WORDS: search. open ID: go to a lead. fresh: the lead that converted just now.
undo: undo the last act. redo: do it again.
questions: what waits for your answer. answer NUMBER write, note or drop: answer it.
sync: send and fetch. status: connection and unsent items. quit: leave; nothing is lost."""
CALL_HELP = """\
note TEXT: add to the note. slots: go through the questions. slot NAME TEXT: fill one.
script: read the script. A digit: the answer to that objection. lead: all about them.
number: keep this lead for its other number. preview OUTCOME: what it would change.
undo: undo the outcome before. redo: do it again. time: how long the call lasts.
leave: end without an outcome. quit: leave the program; the call is open again next time.
Outcomes end the call, one that needs a time in one line too (callback tomorrow 10):"""
_CONNECTION = {
    "online": "Online",
    "syncing": "Syncing",
    "offline": "Offline",
    "unavailable": "{crm} is not available now{cause}",
    "never": "Not synced yet",
    "refused": "The {key} was refused",
    "stranger": "The {key} opens another account",
    "failed": "The last sync failed",
    "none": "No account is set up",
}


def status(view: StatusView) -> str:
    """Return the state in one sentence."""
    age = [] if view.data_age_s is None else [f"data {span_words(view.data_age_s)} old"]
    # Before the first round of this start, the age alone: the data was synced by an earlier one.
    cause = f" ({view.cause})" if view.cause else ""
    now = _CONNECTION[view.connection].format(key=CRM_NAME.key, crm=CRM_NAME, cause=cause)
    if view.cause and view.connection == "refused":
        now = view.cause.capitalize()
    parts = age if age and view.connection == "never" else [now, *age]
    parts.append(f"{view.unsent} unsent")
    if view.blocked or view.conflicts:
        parts.append(f"{view.blocked + view.conflicts} need you, see sdrdesk outbox and conflicts")
    if view.cause and view.connection == "online":
        parts.append(f"{view.cause}, see sdrdesk outbox")
    if view.callbacks_due:
        parts.append(f"{view.callbacks_due} promised {plural(view.callbacks_due, 'callback')} due")
    if view.clock_off:
        parts.append(f"the clock of this machine is {view.clock_off}")
    if view.do_not_call_unread:
        parts.append("do-not-call marks at the CRM are not read, run sdrdesk setup")
    if not view.encrypted and not view.demo:
        parts.append("the database is not encrypted")
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def greeting(view: StatusView) -> str:
    """Return the first lines."""
    who = f" for {view.owner}" if view.owner else ""
    return f"sdrdesk, plain mode{who}. Type help for the commands.\n{status(view)}"


def farewell(view: StatusView, *, in_call: bool) -> str:
    """Return the last line."""
    call = "The call is kept and open again next time. " if in_call else ""
    if view.unsent:
        wait = plural(view.unsent, "item")
        return f"{call}{view.unsent} unsent {wait} will go with the next sync."
    return f"{call}Everything was sent."


def headline(
    lead: LeadView, number: str, now: datetime, place: str, here: ZoneInfo
) -> Iterator[str]:
    """Yield the facts needed before the call: person, promise, local time, last call.

    Times are those of the rep's zone, ``here``, and of the lead's.
    """
    row = lead.row
    who = ", ".join(part for part in (row.name, row.title, row.company) if part)
    yield f"{place}: {who.rstrip('.')}."
    if row.callback_at is not None:
        note = f": {row.callback_note.rstrip('.')}" if row.callback_note else ""
        by = row.promised_by
        who = "" if by.is_lead_owner or not by.origin else f" by {by.owner or 'the team'}"
        yield f"Callback agreed{who}{note}."
        late_s = (now - row.callback_at).total_seconds()
        due = f" Due {age_words(late_s)}." if late_s > 0 else ""
        yield f"It was promised for {both_zones(row.callback_at, row, here)}{due}"
    if row.pinned:
        yield "Pinned for your next block."
    if row.converted_at is not None:
        ago = age_words((now - row.converted_at).total_seconds())
        yield f"Converted {ago}{f' on {row.converted_on}' if row.converted_on else ''}."
    if lead.message:
        yield f"They wrote: {' '.join(lead.message.split())}"
    times = local_times(row.time_zone, row.other_zones, now)
    there = f"It is {times} there." if times else "Their zone is unknown."
    yield f"Phone {number or 'none to dial'}. {there}"
    tries = f"{row.attempts} {plural(row.attempts, 'attempt')} so far." if row.attempts else ""
    called = next((item for item in lead.timeline if _is_call(item)), None)
    if called is not None:
        ago = age_words((now - called.at).total_seconds())
        caller = f", {called.who}" if called.who else ""
        yield f"{tries} Last called {ago}{caller}: {called.what}.".strip()
    else:
        yield tries or "No calls yet."
    if lead.do_not_call:
        yield "This lead asked not to be called."


def _is_call(item: TimelineItem) -> bool:
    return item.kind == "call" and item.state != "undone"


def script(view: ScriptView, qualify: Mapping[str, str]) -> Iterator[str]:
    """Yield the script, a section at a time."""
    why = f", because {'; '.join(view.reasons)}" if view.reasons else ""
    yield f"Script {view.title or view.script_id}{why}."
    for section in view.sections:
        yield f"{section.title}:"
        if section.text:
            yield section.text
        for item in section.items:
            yield _item(item, qualify)


def _item(item: ScriptItem, qualify: Mapping[str, str]) -> str:
    if item.key:
        return f"{item.key}: {item.text}"
    answer = qualify.get(item.slot, "") if item.slot else ""
    slot = f"{item.slot}: " if item.slot else ""
    return f"{slot}{item.text}{f' They said: {answer}' if answer else ''}"


def spoken(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines with commas instead of dots between their parts."""
    for line in lines:
        yield line.replace(" · ", ", ")


def objection(view: ScriptView, key: str) -> str:
    """Return the answer to the objection with this number, ``""`` for none."""
    for section in view.sections:
        for item in section.items:
            if item.key == key and item.answer:
                return f"{item.text}: {item.answer}"
    return ""


def outcomes(known: Sequence[Disposition]) -> str:
    """Return the outcomes with their keys."""
    return ", ".join(f"{outcome.hotkey} {outcome.label.lower()}" for outcome in known) + "."


def recorded(done: Disposed, zone: ZoneInfo) -> Iterator[str]:
    """Yield the recorded outcome and its results."""
    until = f"{done.undo_until.astimezone(zone):%H:%M:%S}"
    yield f"Recorded: {done.label}, {done.lead_name}. Undo until {until}."
    if done.meeting_file:
        yield f"Calendar file: {done.meeting_file}"
    if done.problem:
        yield done.problem
    if done.advice:
        yield f"{done.advice}."


def practice(view: PracticeView) -> str:
    """Return how the demo lead answers."""
    if not view.answered and view.by != "voicemail":
        return f"It rang {view.ring_s} seconds without an answer. {view.reaction}"
    return f"Answered by {view.by.replace('_', ' ')}: {view.reaction}"


def both_zones(moment: datetime, row: QueueRow | None, here: ZoneInfo) -> str:
    """Return a time in the lead's zone, or in each it may be, and in the rep's."""
    mine = f"{moment_words(moment.astimezone(here))} for you"
    found = clocks(row.time_zone, row.other_zones, moment) if row is not None else []
    if not found:
        return f"{mine}; their zone is unknown."
    if len(found) == 1:
        return f"{moment_words(found[0][1])} there, {mine}."
    there = " or ".join(f"{moment_words(at)} in {city}" for city, at in found)
    return f"{there}, {mine}."
