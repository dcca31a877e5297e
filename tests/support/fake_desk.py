"""A small desk over leads in memory, with the product's own rules: ranking, outcomes, times.

It keeps no file and has no network; everything a screen can ask for works, deterministically, at
the moment ``at``. Tests move time by setting ``at``.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.activity import OutboxState
from sdrdesk.domain.breaking import breaking
from sdrdesk.domain.disposition import Disposition
from sdrdesk.domain.errors import NotFoundError, SdrDeskError, UsageError
from sdrdesk.domain.lead import Lead
from sdrdesk.domain.lead_filter import parse_words
from sdrdesk.domain.outcome import AccountRules, Entry, plan
from sdrdesk.domain.ranking import lane, parse_ranking, rank, rank_input, reasons
from sdrdesk.domain.when import parse_when
from sdrdesk.services.travel import TravelRow, TravelView
from sdrdesk.services.views import (
    Block,
    CallView,
    Colleague,
    Dialled,
    Disposed,
    FunnelStep,
    FunnelView,
    Handed,
    LeadView,
    Number,
    PracticeView,
    QueueRow,
    QueueSnapshot,
    ScriptItem,
    ScriptSection,
    ScriptView,
    SlaWord,
    TimelineItem,
    Undone,
    ViewChoice,
    WhyView,
)
from tests.support.fake_blocks import FakeBlocks
from tests.support.fake_office import GRACE, ME, Recorded, shipped

RETRY = {"no_answer": 3, "left_voicemail": 24, "busy": 1, "gatekeeper": 4}
SLA = timedelta(minutes=15)


@dataclass
class FakeDesk(FakeBlocks):
    """A ``Desk`` over leads in memory."""

    broken: SdrDeskError | None = None
    """Raised by every question about the queue while set."""
    demo: PracticeView | None = None
    call: CallView | None = None
    note_saved: threading.Event = field(default_factory=threading.Event)
    saves: int = 0
    phone: Dialled = field(default_factory=lambda: Dialled("none", "", ""))
    """What comes of every dial."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ranking = parse_ranking(shipped("ranking.toml"))
        self.entries: list[Entry] = []
        self.looked_ahead: list[str] = []
        self.pinned: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.held_numbers: set[tuple[str, str]] = set()
        self.keys = 0
        self.dialled: list[tuple[str, str]] = []
        self.booking_page = ""
        self.pages_opened: list[str] = []
        self.first_lines: dict[str, str] = {}

    # -- cheap ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.at

    def outcomes(self) -> Sequence[Disposition]:
        return tuple(self.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        return (
            ("budget", "Budget"),
            ("authority", "Authority"),
            ("need", "Need"),
            ("timing", "Timing"),
        )

    # -- the queue -----------------------------------------------------------------------------

    def queue(self, find: str = "", *, first: int = 0) -> QueueSnapshot:
        if self.broken is not None:
            raise self.broken
        inputs = [rank_input(x) for x in self.by_id.values() if find or not self._blocks(x)]
        ranked = [item.lead_id for item in rank(inputs, self.ranking, self.at)]
        ranked.sort(key=lambda lead_id: lead_id not in self.pinned)
        words = find.casefold()
        hits = [x for x in ranked if not find or words in self._haystack(x)]
        return QueueSnapshot(self.at, tuple(hits), len(self.by_id), find)

    def narrowed(self, view: str = "callable", where: str = "", *, find: str = "") -> QueueSnapshot:
        if view not in {choice.name for choice in self.view_choices()}:
            raise UsageError(f"There is no view {view!r}.")
        wanted = parse_words(where)
        made = self.queue(find)
        kept = [
            lead_id
            for lead_id in made.lead_ids
            if self.by_id[lead_id].fit >= max(wanted.fit_min, 80 if view == "best_fit" else 0)
        ]
        return made._replace(lead_ids=tuple(kept), view=where or view)

    def working_queue(self, *, first: int = 0) -> QueueSnapshot:
        made = self.queue(first=first)
        return made._replace(lead_ids=self.in_block_order(made.lead_ids))

    def view_choices(self) -> Sequence[ViewChoice]:
        return (
            ViewChoice("callable", "Everybody to call now", ""),
            ViewChoice("best_fit", "Fits best", "fit at least 80"),
            ViewChoice("all", "Every lead that is yours", ""),
        )

    def _haystack(self, lead_id: str) -> str:
        lead = self.by_id[lead_id]
        return f"{lead.name} {lead.company_name} {lead.phone} {lead.email}".casefold()

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        ids = snapshot.lead_ids[start:stop]
        return [self._row(self.by_id[x], start + n + 1) for n, x in enumerate(ids)]

    def _row(self, lead: Lead, rank_no: int) -> QueueRow:
        item = rank_input(lead)
        why = reasons(item, self.ranking, self.at)
        there = self._there(lead)
        sla, sla_due = self._sla(lead)
        closes = None
        if there is not None and there.hour < 18:
            closes = there.replace(hour=18, minute=0).astimezone(UTC)
        age = (
            None
            if lead.converted_at is None
            else int((self.at - lead.converted_at).total_seconds())
        )
        return QueueRow(
            rank=rank_no,
            lead_id=lead.lead_id,
            name=lead.name,
            company=lead.company_name,
            title=lead.job_title,
            persona=lead.persona,
            lane=lane(item, self.at),
            score=round(sum(reason.points for reason in why), 2),
            reasons=why,
            converted_at=lead.converted_at,
            converted_on=lead.converted_on,
            age_s=age,
            fit=lead.fit,
            attempts=lead.attempts,
            phone=lead.phone,
            lead_local_time=f"{there:%H:%M}" if there else "",
            time_zone=self._zone(lead),
            callable=not self._blocks(lead),
            next_due_at=lead.next_due_at,
            callback_at=lead.callback_at,
            sla_state=sla,
            sla_due_at=sla_due,
            lifecycle=lead.lifecycle,
            status=lead.status,
            window_closes_at=closes,
            pinned=lead.lead_id in self.pinned,
            callback_note=lead.callback_note,
        )

    def _zone(self, lead: Lead) -> str:
        return lead.rep_time_zone or lead.time_zone

    def _there(self, lead: Lead) -> datetime | None:
        zone = self._zone(lead)
        return self.at.astimezone(ZoneInfo(zone)) if zone else None

    def _sla(self, lead: Lead) -> tuple[SlaWord, datetime | None]:
        if lead.converted_at is None:
            return "none", None
        due = lead.converted_at + SLA
        if lead.attempts:
            return "met", due
        if due < self.at:
            return "breached", due
        return ("at_risk" if due - self.at < timedelta(minutes=5) else "on_track"), due

    def _blocks(self, lead: Lead) -> tuple[Block, ...]:
        found = []
        if lead.do_not_call:
            found.append(Block("do_not_call", None, "asked not to be called"))
        if lead.status == "UNQUALIFIED":
            found.append(Block("status", None, "the status UNQUALIFIED is worked no more"))
        if lead.lead_id in self.skipped:
            found.append(Block("skipped", None, f"put aside: {self.skipped[lead.lead_id]}"))
        if lead.next_due_at is not None and lead.next_due_at > self.at:
            found.append(Block("resting", lead.next_due_at, "rests until its next try"))
        there = self._there(lead)
        if there is None:
            found.append(Block("unknown_zone", None, "the time zone is unknown; t settles it"))
        elif not 8 <= there.hour < 18 or there.weekday() > 4:
            found.append(Block("call_window", None, f"it is {there:%H:%M} there"))
        return tuple(found)

    def _get(self, lead_id: str) -> Lead:
        if lead_id not in self.by_id:
            raise NotFoundError(f"There is no lead {lead_id} on this machine.")
        return self.by_id[lead_id]

    def lead(self, lead_id: str) -> LeadView:
        lead = self._get(lead_id)
        company = lead.company
        line = ""
        if company is not None:
            trade = company.industry.replace("_", " ").lower()
            line = f"{trade}, {company.employees} people, {company.city}"
        numbers = tuple(
            Number(
                text,
                text.replace(" ", ""),
                "mobile",
                "wrong number" if (lead_id, text.replace(" ", "")) in self.held_numbers else "",
            )
            for text in (lead.phone, lead.mobile)
            if text
        )
        return LeadView(
            row=self._row(lead, self._rank_of(lead_id) or 0),
            email=lead.email,
            message=lead.message,
            source=lead.source,
            last_url=lead.last_url,
            conversions=lead.conversions,
            page_views=lead.page_views,
            first_converted_at=lead.first_converted_at,
            first_converted_on=lead.first_converted_on,
            company_line=line,
            persona_reason=lead.persona_reason,
            zone_note="number and address agree" if self._zone(lead) else "no source knows it",
            numbers=numbers,
            timeline=self._timeline(lead),
            colleagues=self._colleagues(lead),
            qualify={},
            owner="Rita Rep",
            status_label=lead.status.replace("_", " ").capitalize(),
            lifecycle_label=lead.lifecycle.capitalize(),
            do_not_call=lead.do_not_call,
        )

    def _timeline(self, lead: Lead) -> tuple[TimelineItem, ...]:
        found = [
            TimelineItem(
                x.activity.at,
                x.activity.kind.value,
                "Rita Rep",
                x.label,
                x.activity.note,
                x.activity.duration_s,
                "undone" if x.undone else self._state(x),
                x.activity.activity_key,
            )
            for x in self.records
            if x.activity.lead_id == lead.lead_id
        ]
        if lead.last_attempt_at is not None and not found:
            found.append(
                TimelineItem(
                    lead.last_attempt_at, "call", "Omar Haddad", "No answer", "rang out", 22, "crm"
                )
            )
        if lead.converted_at is not None:
            found.append(
                TimelineItem(
                    lead.converted_at,
                    "conversion",
                    "web",
                    lead.converted_on,
                    lead.message,
                    0,
                    "crm",
                )
            )
        return tuple(sorted(found, key=lambda x: x.at, reverse=True))

    def _colleagues(self, lead: Lead) -> tuple[Colleague, ...]:
        if lead.company is None:
            return ()
        return tuple(
            Colleague(
                x.lead_id, x.name, x.job_title, "Omar, yesterday, no answer" if x.attempts else ""
            )
            for x in self.by_id.values()
            if x.company == lead.company and x.lead_id != lead.lead_id
        )

    def _rank_of(self, lead_id: str) -> int | None:
        ids = self.queue().lead_ids if self.broken is None else ()
        return ids.index(lead_id) + 1 if lead_id in ids else None

    def why(self, lead_id: str) -> WhyView:
        lead = self._get(lead_id)
        place = self._rank_of(lead_id)
        above = self.queue().lead_ids[place - 2] if place and place > 1 else ""
        why = reasons(rank_input(lead), self.ranking, self.at)
        return WhyView(
            lead_id=lead_id,
            name=lead.name,
            rank=place,
            callable=not self._blocks(lead),
            blocked_by=self._blocks(lead),
            score=round(sum(x.points for x in why), 2),
            reasons=why,
            above=self.by_id[above].name if above else "",
            above_reasons=(
                reasons(rank_input(self.by_id[above]), self.ranking, self.at) if above else ()
            ),
            overtakes_at=None,
        )

    def funnel(self) -> FunnelView:
        first = Counter(x[0].rule for lead in self.by_id.values() if (x := self._blocks(lead)))
        words = {
            "do_not_call": "do not call",
            "status": "worked no more",
            "skipped": "put aside",
            "resting": "resting until the next try",
            "unknown_zone": "time zone unknown",
            "call_window": "outside their hours",
        }
        left = total = len(self.by_id)
        steps = []
        for rule, text in words.items():
            left -= first[rule]
            steps.append(FunnelStep(rule, text, first[rule], left))
        return FunnelView(total, tuple(steps), left)

    # -- calling -------------------------------------------------------------------------------

    def script(self, lead_id: str) -> ScriptView:
        lead = self._get(lead_id)
        first = lead.first_name or "there"
        return ScriptView(
            script_id="demo-request-technical",
            title="Demo request · Technical Builder",
            version="3",
            reasons=(f"persona {lead.persona or 'any'}", "converted on a demo request"),
            sections=(
                ScriptSection(
                    "opener",
                    "Opener",
                    f"Hi {first}, this is Rita from Aeron. You asked for a demo a moment "
                    "ago, so I thought I would save you the wait.",
                ),
                ScriptSection(
                    "reason",
                    "Reason for the call",
                    "You wrote you need to replace arm controllers before March. What "
                    "happens if that slips?",
                ),
                ScriptSection(
                    "questions",
                    "Questions",
                    "",
                    (
                        ScriptItem("Who signs for this, and is there a number already?", "budget"),
                        ScriptItem("Besides you, who has to like it?", "authority"),
                        ScriptItem("What is the controller failing at today?", "need"),
                        ScriptItem("What has to be live in March?", "timing"),
                    ),
                ),
                ScriptSection(
                    "objections",
                    "Objections",
                    "",
                    (
                        ScriptItem(
                            "Just looking",
                            key="1",
                            answer="Most people are at that stage. What made you look today?",
                        ),
                        ScriptItem(
                            "We have a vendor",
                            key="2",
                            answer="Good, then you know what you want. What would you change?",
                        ),
                        ScriptItem(
                            "Send me something",
                            key="3",
                            answer="Gladly. So that it is not a brochure: what should it answer?",
                        ),
                    ),
                ),
                ScriptSection(
                    "voicemail",
                    "Voicemail",
                    f"Hi {first}, Rita from Aeron about your demo. I will try again at four.",
                ),
                ScriptSection("close", "Close", "Does Thursday at ten work for half an hour?"),
            ),
        )

    def _disposition(self, key: str) -> Disposition:
        if key not in self.dispositions:
            raise UsageError(f"There is no outcome {key}.")
        return self.dispositions[key]

    def _key(self) -> str:
        self.keys += 1
        return f"00000000-0000-4000-8000-{self.keys:012d}"

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        lead, outcome = self._get(lead_id), self._disposition(entry.disposition)
        made = plan(lead, outcome, entry, AccountRules(), ME, lambda: "x", None, self.at + GRACE)
        return made.preview

    def look_ahead(self, lead_id: str) -> None:
        self.looked_ahead.append(lead_id)

    def dispose(self, lead_id: str, entry: Entry) -> Disposed:
        lead, outcome = self._get(lead_id), self._disposition(entry.disposition)
        hours = RETRY.get(outcome.key)
        due = self.at + timedelta(hours=hours) if hours else None
        made = plan(lead, outcome, entry, AccountRules(), ME, self._key, due, self.at + GRACE)
        change = made.change
        self.by_id[lead_id] = replace(
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
            self.held_numbers.add((lead_id, change.number_held.replace(" ", "")))
        if change.leaves_queue:
            self.skipped[lead_id] = "worked for now"
        self.records.append(Recorded(made.activity, made.items, lead, outcome.label))
        self.entries.append(entry)
        self.pinned.discard(lead_id)
        self.call = None
        ids = self.working_queue().lead_ids
        return Disposed(
            made.activity.activity_key,
            lead_id,
            lead.name,
            outcome.key,
            outcome.label,
            self.at + GRACE,
            tuple((x.key, x.kind.value, OutboxState.HELD.value) for x in made.items),
            next((x for x in ids if x != lead_id), None),
            "/home/rita/meetings/2026-11-20-1430-x.ics" if entry.meeting_at else "",
        )

    def undo(self) -> Undone:
        last = next((x for x in reversed(self.records) if not x.undone), None)
        if last is None:
            raise SdrDeskError("There is nothing to take back.")
        last.undone = True
        lead_id = last.activity.lead_id
        self.by_id[lead_id] = last.before
        self.skipped.pop(lead_id, None)
        clean = self.at < last.activity.at + GRACE + timedelta(seconds=last.activity.duration_s)
        words = "nothing had left" if clean else "a correction was recorded"
        return Undone(
            lead_id,
            last.before.name,
            last.label,
            clean,
            f"{last.label} for {last.before.name} taken back; {words}.",
        )

    def parse_when(self, lead_id: str, text: str) -> datetime:
        return parse_when(text, ZoneInfo(self._zone(self._get(lead_id)) or "UTC"), self.at)

    def window_note(self, lead_id: str, at: datetime) -> str:
        zone = self._zone(self._get(lead_id))
        there = at.astimezone(ZoneInfo(zone or "UTC"))
        if there.weekday() > 4:
            return f"{there:%A} there"
        return "" if 8 <= there.hour < 18 else f"{there:%H:%M} there, outside 08:00–18:00"

    def snooze(self, lead_id: str, until: datetime, reason: str = "") -> None:
        self.by_id[lead_id] = replace(self._get(lead_id), next_due_at=until)

    def skip(self, lead_id: str, reason: str) -> None:
        self.skipped[self._get(lead_id).lead_id] = reason

    def pin(self, lead_id: str, pinned: bool) -> None:
        (self.pinned.add if pinned else self.pinned.discard)(self._get(lead_id).lead_id)

    def close_callback(self, lead_id: str) -> None:
        if self._get(lead_id).callback_at is None:
            raise UsageError("No callback is open.")
        self.by_id[lead_id] = replace(self._get(lead_id), callback_at=None)

    def personas(self) -> Sequence[str]:
        return ("Plant Manager", "Head of Operations")

    def set_persona(self, lead_id: str, persona: str) -> str:
        if persona and persona not in self.personas():
            raise UsageError(f"The account has no persona {persona!r}.")
        self.by_id[lead_id] = replace(self._get(lead_id), persona=persona)
        return persona

    def set_first_line(self, lead_id: str, text: str) -> None:
        self.first_lines[self._get(lead_id).lead_id] = text

    def travel(self, hours: int) -> TravelView:
        until, found = self.at + timedelta(hours=hours), []
        for lead_id in self.queue("").lead_ids:
            row = self._row(self.by_id[lead_id], 0)
            runs = row.sla_state in ("on_track", "at_risk")
            broken = breaking(
                callback_at=row.callback_at,
                sla_due_at=row.sla_due_at if runs else None,
                window_closes_at=row.window_closes_at,
                kept_out_by=None,
                asleep_until=None,
                until=until,
            )
            if broken is not None:
                found.append(TravelRow(row, broken, self.first_lines.get(lead_id, "")))
        found.sort(key=lambda item: item.breaking.at)
        rows = tuple(x._replace(row=x.row._replace(rank=n)) for n, x in enumerate(found, 1))
        return TravelView(self.at, until, rows)

    def set_zone(self, lead_id: str, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"{zone} is not a time zone.", next_step="Such as Europe/Dublin."
            ) from error
        self.by_id[lead_id] = replace(self._get(lead_id), rep_time_zone=zone)

    def start_call(self, lead_id: str, number: str) -> CallView:
        if self.call is None or self.call.lead_id != lead_id:
            line = self.first_lines.get(lead_id, "")
            self.call = CallView(
                self._get(lead_id).lead_id, number, self.at, note=line, first_line=line
            )
        if self.block is not None and self.block.pause is not None:
            self.resume_block()
        return self.call

    def save_call(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        if self.call is not None:
            self.call = self.call._replace(note=note, qualify=dict(qualify), script_id=script_id)
            self.saves += 1
            self.note_saved.set()

    def current_call(self) -> CallView | None:
        return self.call

    def end_call(self) -> None:
        self.call = None

    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        return self.demo

    def dial(self, lead_id: str, number: str) -> Dialled:
        self.dialled.append((lead_id, number))
        return self.phone._replace(number=number)

    def has_booking_page(self) -> bool:
        return bool(self.booking_page)

    def open_booking_page(self, lead_id: str) -> Handed:
        self.pages_opened.append(lead_id)
        return Handed("The booking page is open.")
