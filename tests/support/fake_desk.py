"""A small desk over leads in memory, with the product's own rules: ranking, outcomes, times.

It keeps no file and has no network; everything a screen can ask for works, deterministically, at
the moment ``at``. Tests move time by setting ``at``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sdrdesk.domain.block.block import Block, Ending
from sdrdesk.domain.crm.records import Known, NewLead
from sdrdesk.domain.errors import (
    NotFoundError,
    ReasonNeeded,
    SdrDeskError,
    UndoQuestion,
    UnreachableError,
    UsageError,
)
from sdrdesk.domain.lead.activity import Activity, OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Disposition, parse_dispositions
from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.qualification import parse_qualification
from sdrdesk.domain.outcome.touch import Direction, Touch, TouchKind, plan_touch
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.domain.people.edit import EDIT_FIELDS, read_edits, value_of
from sdrdesk.domain.people.new_person import read_new
from sdrdesk.domain.ranking.config import parse_ranking
from sdrdesk.domain.sla.pauses import Pause
from sdrdesk.domain.times.parse import parse_happened, parse_when
from sdrdesk.services.lead.edits import Edited
from sdrdesk.services.lead.touches import Touched
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.mail.service import MailView, Opened
from sdrdesk.services.notice.attention import Attention
from sdrdesk.services.people.add import AddedPerson
from sdrdesk.services.people.create import FileLook, look_at
from sdrdesk.services.people.merge import Merged, MergePlan, Twin
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.files import Reading, read_content
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.views.block import BlockSummary
from sdrdesk.services.views.desk import (
    CallView,
    ConflictView,
    Corrected,
    Dialled,
    Disposed,
    Handed,
    LeadView,
    OutboxView,
    OutcomeView,
    PracticeView,
    Redone,
    RulesNews,
    ScriptView,
    Undone,
)
from sdrdesk.store.cadences.reading import NamedRun
from sdrdesk.store.cadences.runs import Run
from sdrdesk.store.database.timestamps import to_ms
from tests.support.fake_agenda import FakeAgenda, FakeMeetings
from tests.support.fake_away import FakeAway
from tests.support.fake_blocks import FakeBlocks
from tests.support.fake_leads import NOW, believable
from tests.support.fake_office import (
    GRACE,
    ME,
    FakeComments,
    FakeLog,
    FakeOutbox,
    FakeQuestions,
    FakeReports,
    FakeStatus,
    FakeWaits,
    Part,
    Recorded,
    shipped,
)
from tests.support.fake_queue import FakeAtRisk, FakeLeads, FakeQueue, FakeViews
from tests.support.fake_script import demo_script

PEOPLE = """\
Name,Firma,Durchwahl,Mail,Reach me on,Shoe size
Sam van der Lee,Straße & Söhne,+49 30 5550142,sam@example.com,+49 175 5550142,44
"Zúñiga, Begoña",Acme [/x] Inc,,begona@example.com,,38
Nobody,,,,,
"""
"""The list that every import reads."""
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

    def look_ahead(self, lead_id: str) -> None:
        self._desk.looked_ahead.append(lead_id)

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


class FakeDecisions(Part):
    def snooze(
        self,
        lead_id: str,
        until: datetime | None,
        reason: str = "",
        *,
        firm: bool = False,
        with_promise: bool = False,
    ) -> None:
        self._desk.snoozes[lead_id] = (until, firm, with_promise)
        until = until or self._desk.at + timedelta(days=999)
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), next_due_at=until)

    def callbacks_before(self, ends: Mapping[str, datetime | None]) -> dict[str, datetime]:
        found = {lead_id: self._desk.need(lead_id).callback_at for lead_id in ends}
        return {
            lead_id: at
            for lead_id, at in found.items()
            if at is not None and self._desk.at < at and at < (ends[lead_id] or at + GRACE)
        }

    def skip(self, lead_id: str, reason: str, until: datetime | None = None) -> None:
        self._desk.skipped[self._desk.need(lead_id).lead_id] = reason

    def pin(self, lead_id: str, pinned: bool) -> None:
        (self._desk.pinned.add if pinned else self._desk.pinned.discard)(
            self._desk.need(lead_id).lead_id
        )

    def close_callback(self, lead_id: str) -> None:
        if self._desk.need(lead_id).callback_at is None:
            raise UsageError("No callback is open.")
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), callback_at=None)

    def finish_task(self, key: str) -> str:
        self._desk.tasks[key] = None
        return "Sam"

    def move_task(self, key: str, due_at: datetime) -> str:
        self._desk.tasks[key] = due_at
        return "Sam"

    def personas(self) -> Sequence[str]:
        return ("Plant Manager", "Head of Operations")

    def set_persona(self, lead_id: str, persona: str) -> str:
        if persona and persona not in self.personas():
            raise UsageError(f"The account has no persona {persona!r}.")
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), persona=persona)
        return persona

    def assign(self, lead_id: str, owner: str) -> str:
        self._desk.need(lead_id)
        self._desk.assigned.append((lead_id, owner))
        return owner

    def set_first_line(self, lead_id: str, text: str) -> None:
        self._desk.first_lines[self._desk.need(lead_id).lead_id] = text

    def set_zone(self, lead_id: str, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"{zone} is not a time zone.", next_step="Such as Europe/Dublin."
            ) from error
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), rep_time_zone=zone)


class FakeTouches(Part):
    def record(
        self,
        lead_id: str,
        kind: TouchKind,
        text: str = "",
        at: datetime | None = None,
        direction: Direction = "out",
    ) -> Touched:
        desk = self._desk
        lead, touch = desk.need(lead_id), Touch(kind, at or desk.at, text, direction)
        plan = plan_touch(lead, touch, "7", "t-1", desk.at, desk.at + GRACE)
        desk.touched.append(plan.activity)
        return Touched(
            "t-1", lead_id, lead.name, kind, direction, touch.at, plan.preview[0], (), desk.at
        )


class FakeMail(Part):
    def view(self, lead_id: str, template: str = "") -> MailView:
        lead = self._desk.need(lead_id)
        if lead.email_opt_out:
            raise UsageError(f"{lead.name} asked for no e-mail.")
        return MailView(
            lead_id, lead.name, lead.email, "A short question", "Hello,\n\nI just called.",
            "demo@1", "E-mail after a voicemail", ("first name",), "dislikes mornings", (), None,
        )  # fmt: skip

    def open(self, lead_id: str, subject: str, body: str, template: str = "") -> Opened:
        self._desk.mails.append((lead_id, subject, body))
        return Opened(f"mail-{len(self._desk.mails)}", "Opened the e-mail.")

    def went(self, key: str, at: datetime | None = None) -> Touched:
        lead_id, _, body = self._desk.mails[-1]
        return self._desk.touches.record(lead_id, "email", body)

    def dropped(self, key: str) -> object:
        return self._desk.mails.pop()


class FakeCadences(Part):
    def names(self) -> Sequence[tuple[str, str]]:
        return [("no-show", "No-show"), ("fresh-demo-request", "Fresh demo request")]

    def run(self, lead_id: str) -> NamedRun | None:
        return self._desk.cadence_runs.get(lead_id)

    def start(self, lead_id: str, name: str) -> NamedRun:
        lead, at_ms = self._desk.need(lead_id), to_ms(self._desk.at)
        run = Run("r", lead_id, name, ME, "lead", ME, at_ms, 0, 4, "call", at_ms, at_ms)
        made = NamedRun(run, lead.name, lead.company_name)
        self._desk.cadence_runs[lead_id] = made
        return made

    def stop(self, lead_id: str, name: str = "") -> NamedRun:
        return self._desk.cadence_runs.pop(lead_id)

    def runs(self, cadence: str = "", *, everybody: bool = False) -> list[NamedRun]:
        return list(self._desk.cadence_runs.values())


class FakeEdits(Part):
    def values(self, lead_id: str) -> dict[str, str]:
        lead = self._desk.need(lead_id)
        return {name: value_of(lead, field) for name, field in EDIT_FIELDS.items()}

    def new(self, given: Mapping[str, str]) -> NewLead:
        return read_new(given, "DE")

    def plan(self, lead_id: str, given: Mapping[str, str]) -> Edited:
        lead = self._desk.need(lead_id)
        return Edited(lead_id, lead.name, read_edits(lead, given, "DE"), ())

    def edit(
        self, lead_id: str, given: Mapping[str, str], seen: Mapping[str, str] | None = None
    ) -> Edited:
        made = self.plan(lead_id, given)
        changes: dict[str, Any] = {edit.field: edit.new for edit in made.edits}
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), **changes)
        return made._replace(lead_name=self._desk.need(lead_id).name)


class FakeCalls(Part):
    def open(self, lead_id: str) -> tuple[LeadView, ScriptView]:
        return self._desk.leads.view(lead_id), demo_script(self._desk.need(lead_id))

    def start(
        self, lead_id: str, number: str, *, anyway: bool = False, incoming: bool = False
    ) -> CallView:
        holder = self._desk.in_call_elsewhere.get(lead_id, "")
        if holder and not anyway:
            return CallView(lead_id, number, self._desk.at, mine=False, holder=holder)
        if self._desk.in_call is None or self._desk.in_call.lead_id != lead_id:
            line = self._desk.first_lines.get(lead_id, "")
            self._desk.in_call = CallView(
                self._desk.need(lead_id).lead_id, number, self._desk.at, note=line, first_line=line,
                talking_at=self._desk.at if incoming else None, incoming=incoming,
            )  # fmt: skip
        if self._desk.in_block is not None and self._desk.in_block.pause is not None:
            self._desk.block.resume()
        return self._desk.in_call

    def save(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        if self._desk.in_call is not None:
            self._desk.in_call = self._desk.in_call._replace(
                note=note, qualify=dict(qualify), script_id=script_id
            )
            self._desk.saves += 1
            self._desk.note_saved.set()

    def talk(self, talking: bool) -> CallView | None:
        if self._desk.in_call is not None:
            self._desk.in_call = self._desk.in_call._replace(
                talking_at=self._desk.at if talking else None
            )
        return self._desk.in_call

    def current(self) -> CallView | None:
        return self._desk.in_call

    def renew(self) -> str:
        self._desk.renewals += 1
        call = self._desk.in_call
        return self._desk.in_call_elsewhere.get(call.lead_id, "") if call else ""

    def reopen(self, activity_key: str) -> CallView | None:
        last = next(x for x in self._desk.records if x.activity.activity_key == activity_key)
        if last.call is None or self._desk.in_call is not None:
            return None
        idle = self._desk.at - last.ended
        talking = last.call.talking_at
        self._desk.in_call = last.call._replace(
            note=last.activity.note or last.call.first_line,
            qualify=dict(last.activity.qualify),
            idle_s=int(idle.total_seconds()),
            talking_at=talking and talking + idle,
        )
        return self._desk.in_call

    def end(self) -> None:
        self._desk.in_call = None


class FakePhone(Part):
    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        return self._desk.demo

    def dial(
        self, lead_id: str, number: str, tell: Callable[[PhoneEvent], object] | None = None
    ) -> Dialled:
        self._desk.phone_tells = tell
        self._desk.dialled.append((lead_id, number))
        return self._desk.phone_answer._replace(number=number)

    def open_link(self, lead_id: str, kind: str) -> Handed:
        link = next(x for x in self._desk.leads.view(lead_id).links if x.kind == kind)
        return Handed(f"No browser here; copied {link.url}", copy=link.url)

    def open_booking_page(self, lead_id: str) -> Handed:
        self._desk.pages_opened.append(lead_id)
        return Handed("The booking page is open.")


class FakePeople(Part):
    def look(self, path: Path, reading: Reading, ignored: Sequence[str] = ()) -> FileLook:
        if path.suffix != ".csv":
            raise UsageError(f"{path} cannot be imported: it is not a file.")
        sheet = read_content(self._desk.people_file.encode(), ".csv", reading)
        return look_at(path, sheet, reading.mapped or {}, ignored)

    def run(
        self,
        look: FileLook,
        *,
        dry_run: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Imported:
        people = [str(row.line) for row in look.people.rows]
        if on_progress is not None:
            on_progress(1, len(people))
        self._desk.import_may_end.wait(10)
        self._desk.imports.append((look, dry_run))
        done = Imported(len(look.sheet.rows), look.columns.named(), left_out=look.left_out)
        if dry_run:
            done.would_create = len(people)
        else:
            done.created = people
        return done

    def add(self, given: Mapping[str, str], *, anyway: bool = False) -> AddedPerson:
        new = read_new(given, "DE")
        if self._desk.no_network:
            raise UnreachableError("The CRM cannot be reached.", next_step="Try again later.")
        there = next((x for x in self._desk.by_id.values() if x.email == new.email), None)
        if there is not None and new.email:
            return AddedPerson(there.lead_id, there.name, created=False)
        leads = self._desk.by_id.values()
        same = [x for x in leads if x.phone.replace(" ", "") in new.numbers]
        if same and not anyway:
            one = same[0]
            known = Known(one.lead_id, one.first_name, one.last_name, (one.phone,))
            return AddedPerson("", "", created=False, alike=(known,))
        names: dict[str, Any] = {
            k: v for k, v in new.values.items() if k in ("first_name", "last_name")
        }
        lead = Lead(f"9{len(self._desk.by_id)}", email=new.email, **names)
        self._desk.by_id[lead.lead_id] = lead
        return AddedPerson(lead.lead_id, lead.name, created=True)

    def twins(self, lead_id: str) -> tuple[Lead, tuple[Twin, ...]]:
        lead = self._desk.need(lead_id)
        same = [x for x in self._desk.by_id.values() if x.phone == lead.phone and x is not lead]
        twins = (Twin(x.lead_id, x.name, x.company_name, "phone", x.email, x.phone) for x in same)
        return lead, tuple(twins)

    def plan_merge(self, keep_id: str, other_id: str) -> MergePlan:
        keep, other = self._desk.need(keep_id), self._desk.need(other_id)
        return MergePlan(keep, other, (("E-mail", keep.email, other.email),), (), False)

    def merge(self, keep_id: str, other_id: str) -> Merged:
        if self._desk.no_network:
            raise UnreachableError("The CRM cannot be reached.", next_step="Try again later.")
        del self._desk.by_id[other_id]
        return Merged(keep_id, self._desk.need(keep_id).name)


@dataclass
class FakeDesk:
    """A ``Desk`` over leads in memory."""

    leads_on_disk: list[Lead] = field(default_factory=believable)
    at: datetime = NOW
    connection: Literal["online", "offline", "never", "refused", "syncing", "none"] = "online"
    detail: str = ""
    blocked: list[OutboxView] = field(default_factory=list)
    open_conflicts: list[ConflictView] = field(default_factory=list)
    asked: list[QuestionView] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    in_demo: bool = False
    in_block: Block | None = None
    """The block that runs."""
    last: Block | None = None
    told: frozenset[Ending] = frozenset()
    kept: list[BlockSummary] = field(default_factory=list)
    broken: SdrDeskError | None = None
    """Raised by every question about the queue while set."""
    demo: PracticeView | None = None
    in_call: CallView | None = None
    in_call_elsewhere: dict[str, str] = field(default_factory=dict)
    """Leads that someone else is calling now, with who, in words."""
    renewals: int = 0
    note_saved: threading.Event = field(default_factory=threading.Event)
    saves: int = 0
    cannot_wait: Attention = field(default_factory=Attention)
    phone_answer: Dialled = field(default_factory=lambda: Dialled("none", "", ""))
    """What comes of every dial."""

    phone_tells: Callable[[PhoneEvent], object] | None = None
    """Takes what the phone program says of the call dialled last."""
    no_network: bool = False

    def __post_init__(self) -> None:
        self.dispositions = parse_dispositions(shipped("dispositions.toml"))
        self.ranking = parse_ranking(shipped("ranking.toml"))
        self.qualification = parse_qualification(shipped("qualification.toml"))
        self.by_id = {lead.lead_id: lead for lead in self.leads_on_disk}
        self.records: list[Recorded] = []
        self.assigned: list[tuple[str, str]] = []
        self.views_saved: list[tuple[str, str, tuple[str, ...]]] = []
        self.comments_made: list[tuple[str, str, bool]] = []
        self.comments_told: list[str] = []
        self.waits_now: dict[str, Pause] = {}
        self.teams: dict[str, frozenset[str]] = {}
        self.settled: tuple[str, str] | None = None
        self.pinned: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.held_numbers: set[tuple[str, str]] = set()
        self.first_lines: dict[str, str] = {}
        self.snoozes: dict[str, tuple[datetime | None, bool, bool]] = {}
        """Lead id to end, firm, with the callback."""
        self.entries: list[Entry] = []
        self.reasons: list[str] = []
        """Why outcomes were taken back."""
        self.bulk: list[Recorded] = []
        """The last batch of outcomes."""
        self.last_key = ""
        """The outcome that undo takes back without a question."""
        self.redos: list[Recorded] = []
        self.looked_ahead: list[str] = []
        self.keys = 0
        self.dialled: list[tuple[str, str]] = []
        self.touched: list[Activity] = []
        self.booking_page = ""
        self.starts_by_itself_s = 0
        self.rules_news: RulesNews | None = None
        self.pages_opened: list[str] = []
        self.people_file = PEOPLE
        self.imports: list[tuple[FileLook, bool]] = []
        self.import_may_end = threading.Event()
        self.import_may_end.set()
        self.queue = FakeQueue(self)
        self.views = FakeViews(self)
        self.at_risk = FakeAtRisk(self)
        self.agenda = FakeAgenda(self)
        self.meetings = FakeMeetings(self)
        self.results: list[tuple[str, str, datetime | None]] = []
        self.asks = False
        self.has_tasks = False
        self.tasks: dict[str, datetime | None] = {}
        self.away = FakeAway(self)
        self.leads = FakeLeads(self)
        self.decisions = FakeDecisions(self)
        self.edits = FakeEdits(self)
        self.touches = FakeTouches(self)
        self.mail = FakeMail(self)
        self.cadences = FakeCadences(self)
        self.cadence_runs: dict[str, NamedRun] = {}
        self.mails: list[tuple[str, str, str]] = []
        self.outcome = FakeOutcomes(self)
        self.undo = FakeUndo(self)
        self.corrections = FakeCorrections(self)
        self.corrected: list[Entry] = []
        self.block = FakeBlocks(self)
        self.call = FakeCalls(self)
        self.phone = FakePhone(self)
        self.people = FakePeople(self)
        self.outbox = FakeOutbox(self)
        self.questions = FakeQuestions(self)
        self.log = FakeLog(self)
        self.comments = FakeComments(self)
        self.waits = FakeWaits(self)
        self.reports = FakeReports(self)
        self.status = FakeStatus(self)

    def state_of(self, record: Recorded) -> str:
        return "held" if self.at < record.activity.at + GRACE else "queued"

    def need(self, lead_id: str) -> Lead:
        if lead_id not in self.by_id:
            raise NotFoundError(f"There is no lead {lead_id} on this machine.")
        return self.by_id[lead_id]

    def now(self) -> datetime:
        return self.at

    def outcomes(self) -> Sequence[Disposition]:
        return tuple(self.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        return self.qualification.pairs

    def attention(self) -> Attention:
        return self.cannot_wait

    def auto_start_s(self) -> int:
        return self.starts_by_itself_s

    def has_booking_page(self) -> bool:
        return bool(self.booking_page)

    def hook_news(self) -> Sequence[str]:
        return ()

    def follow_rules(self) -> RulesNews | None:
        news, self.rules_news = self.rules_news, None
        return news

    def follow_zone(self) -> bool:
        return False
