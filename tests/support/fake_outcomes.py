"""Outcomes of the desk in memory: record, correct, undo and redo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import (
    ReasonNeeded,
    SdrDeskError,
    UndoQuestion,
    UsageError,
)
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.domain.times.parse import parse_happened, parse_when
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.views.call import Corrected, Disposed, OutcomeView, Redone, Undone
from tests.support.fake_office import (
    GRACE,
    ME,
    Part,
    Recorded,
)

RETRY = {"no_answer": 3, "left_voicemail": 24, "busy": 1, "gatekeeper": 4}


class FakeOutcomes(Part):
    def _disposition(self, key: str) -> Disposition:
        if key not in self._desk.dispositions:
            raise UsageError(f"There is no outcome {key}.")
        return self._desk.dispositions[key]

    def _account(self) -> AccountRules:
        return AccountRules(slots=self._desk.qualification)

    def _key(self) -> str:
        self._desk.keys += 1
        return f"00000000-0000-4000-8000-{self._desk.keys:012d}"

    def when(self, lead_id: str, text: str, *, past: bool = False) -> datetime:
        return (parse_happened if past else parse_when)(
            text, ZoneInfo(self._desk.queue.zone(self._desk.need(lead_id)) or "UTC"), self._desk.at
        )

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        lead, outcome = self._desk.need(lead_id), self._disposition(entry.disposition)
        made = plan(
            lead, outcome, entry, self._account(), ME, lambda: "x", None, self._desk.at + GRACE
        )
        return made.preview

    def look_ahead(self, lead_id: str) -> str | None:
        self._desk.looked_ahead.append(lead_id)
        return self.next_after(lead_id)

    def next_after(self, lead_id: str) -> str | None:
        return next((x for x in self._desk.queue.working().lead_ids if x != lead_id), None)

    def record(self, lead_id: str, entry: Entry) -> Disposed:
        lead, outcome = self._desk.need(lead_id), self._disposition(entry.disposition)
        hours = RETRY.get(outcome.key)
        due = self._desk.at + timedelta(hours=hours) if hours else None
        made = plan(
            lead, outcome, entry, self._account(), ME, self._key, due, self._desk.at + GRACE
        )
        change = made.change
        self._desk.by_id[lead_id] = replace(
            lead,
            attempts=lead.attempts + change.attempts_delta,
            last_attempt_at=change.last_attempt_at or lead.last_attempt_at,
            next_due_at=change.next_due_at,
            callback_at=change.callback_at,
            callback_note=change.callback_note,
            status=change.fields.get("status", lead.status),
            lifecycle=change.fields.get("lifecycle", lead.lifecycle),
            do_not_call=lead.do_not_call or bool(change.suppress),
        )
        if change.number_held:
            self._desk.held_numbers.add((lead_id, change.number_held.replace(" ", "")))
        if change.leaves_queue:
            self._desk.skipped[lead_id] = "worked for now"
        self._desk.records.append(
            Recorded(
                made.activity,
                made.items,
                lead,
                outcome.label,
                call=self._desk.in_call,
                ended=self._desk.at,
            )
        )
        self._desk.last_key = made.activity.activity_key
        self._desk.redos = []
        self._desk.entries.append(entry)
        self._desk.pinned.discard(lead_id)
        self._desk.in_call = None
        ids = self._desk.queue.working().lead_ids
        return Disposed(
            made.activity.activity_key,
            lead_id,
            lead.name,
            outcome.key,
            outcome.label,
            self._desk.at + GRACE,
            tuple((x.key, x.kind.value, OutboxState.HELD.value) for x in made.items),
            next((x for x in ids if x != lead_id), None),
            "/home/rita/meetings/2026-11-20-1430-x.ics" if entry.meeting_at else "",
        )


class FakeUndo(Part):
    @contextmanager
    def together(self) -> Iterator[None]:
        before = len(self._desk.records)
        yield
        self._desk.bulk = self._desk.records[before:] or self._desk.bulk

    def last(
        self, reason: str = "", outcome: str = "", *, ask: bool = False, reopen: bool = False
    ) -> Undone:
        last = next((x for x in reversed(self._desk.records) if not x.undone), None)
        if last is None:
            raise SdrDeskError("There is nothing to undo.")
        key = last.activity.activity_key
        sent = self._desk.at >= last.activity.at + GRACE + timedelta(
            seconds=last.activity.duration_s
        )
        if sent and last.activity.disposition == "do_not_call" and not reason:
            raise ReasonNeeded(last.activity.activity_key, last.before.name, last.label)
        earlier = last not in self._desk.bulk and key != self._desk.last_key
        if ask and not outcome and (sent or earlier):
            told = " It is already in HubSpot." if sent else ""
            raise UndoQuestion(key, f"Undo {last.label}, {last.before.name}?{told}")
        self._desk.reasons.append(reason)
        self._desk.last_key = ""
        if last not in self._desk.bulk:
            self._desk.redos.append(last)
            return self._take_back(last, reopen=reopen)
        done = [self._take_back(x) for x in reversed(self._desk.bulk) if not x.undone]
        first = done[-1]
        names = [x.lead_name for x in done[::-1]]
        said = undone_words(first.label, names, len(done), 0, ())
        return first._replace(message=said, leads=len(done))

    def redo(self) -> Redone:
        if not self._desk.redos:
            raise UsageError("Nothing to redo.")
        last = self._desk.redos[-1]
        entry = next(x for x in reversed(self._desk.entries) if x.at == last.activity.at)
        done = self._desk.outcome.record(last.activity.lead_id, entry)
        return Redone(f"Redone: {done.label}, {done.lead_name}.", done.lead_id, 1, done)

    def _take_back(self, last: Recorded, *, reopen: bool = False) -> Undone:
        last.undone = True
        lead_id = last.activity.lead_id
        self._desk.by_id[lead_id] = last.before
        self._desk.skipped.pop(lead_id, None)
        clean = self._desk.at < last.activity.at + GRACE + timedelta(
            seconds=last.activity.duration_s
        )
        said = f"Undone: {last.label}, {last.before.name}."
        if not clean:
            said += " Already in HubSpot. Added a correction note."
        key = last.activity.activity_key
        reopened = clean and reopen and self._desk.call.reopen(key) is not None
        return Undone(
            lead_id,
            last.before.name,
            last.label,
            clean,
            said,
            note=last.activity.note if clean else "",
            qualify=tuple(last.activity.qualify.items()) if clean else (),
            activity_key=key,
            reopened=reopened,
        )


class FakeCorrections(Part):
    """Corrects what was recorded here; what the CRM does with it is tested elsewhere."""

    def _record(self, activity_key: str) -> Recorded:
        return next(x for x in self._desk.records if x.activity.activity_key == activity_key)

    def _view(self, x: Recorded) -> OutcomeView:
        a = x.activity
        when = f"{a.at:%H:%M}"
        return OutcomeView(
            a.activity_key, a.lead_id, x.before.name, a.disposition, x.label, when, a.note
        )

    def of_lead(self, lead_id: str) -> Sequence[OutcomeView]:
        mine = [x for x in self._desk.records if x.activity.lead_id == lead_id and not x.undone]
        return [self._view(x) for x in reversed(mine)]

    def outcome(self, activity_key: str) -> OutcomeView:
        return self._view(self._record(activity_key))

    def entry(self, activity_key: str, outcome: str = "") -> Entry:
        a = self._record(activity_key).activity
        return Entry(
            outcome or a.disposition, a.at, a.note, a.duration_s, a.number, qualify=dict(a.qualify)
        )

    def preview(self, activity_key: str, entry: Entry, why: str = "") -> Corrected:
        x = self._record(activity_key)
        if x.activity.disposition == "do_not_call" and not why:
            raise ReasonNeeded(activity_key, x.before.name, x.label, command="correct")
        label = self._desk.dispositions[entry.disposition].label
        return Corrected(
            activity_key,
            x.activity.lead_id,
            x.before.name,
            x.label,
            label,
            (f"Call: {x.label} → {label}, changed in HubSpot",),
            ("The hand-off note stays in HubSpot as it was",),
        )

    def correct(
        self, activity_key: str, entry: Entry, why: str = "", seen: Sequence[str] | None = None
    ) -> Corrected:
        done, x = self.preview(activity_key, entry, why), self._record(activity_key)
        assert seen == done.stays
        self._desk.corrected.append(entry)
        x.activity = replace(x.activity, disposition=entry.disposition, note=entry.note)
        x.label = done.label
        return done
