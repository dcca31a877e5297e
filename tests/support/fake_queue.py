"""The fake desk's leads: the queue, one lead in full, the reasons for its rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import NotFoundError, SdrDeskError, UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.queue.at_risk import breaking
from sdrdesk.domain.queue.filters import parse_words
from sdrdesk.domain.ranking.ranking import lane, parse_ranking, rank, rank_input, reasons
from sdrdesk.services.lead.at_risk import TravelRow, TravelView
from sdrdesk.services.views.desk import (
    Block,
    Colleague,
    FunnelStep,
    FunnelView,
    LeadView,
    Number,
    QueueRow,
    QueueSnapshot,
    SlaWord,
    TimelineItem,
    ViewChoice,
    WhyView,
)
from tests.support.fake_blocks import FakeBlocks
from tests.support.fake_office import shipped

SLA = timedelta(minutes=15)


@dataclass
class FakeQueue(FakeBlocks):
    """Leads in memory, ranked by the product's own rules."""

    broken: SdrDeskError | None = None
    """Raised by every question about the queue while set."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ranking = parse_ranking(shipped("ranking.toml"))
        self.pinned: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.held_numbers: set[tuple[str, str]] = set()
        self.first_lines: dict[str, str] = {}

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

    # -- one lead --------------------------------------------------------------------------------

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

    # -- all of them -----------------------------------------------------------------------------

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
