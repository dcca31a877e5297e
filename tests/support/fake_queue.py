"""The fake desk's leads: the queue, one lead in full, the reasons for its rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.links import links_of
from sdrdesk.domain.place.local_times import other_zones
from sdrdesk.domain.queue.at_risk import first_risk
from sdrdesk.domain.queue.eligibility import Exclusion
from sdrdesk.domain.queue.filters import parse_words
from sdrdesk.domain.queue.plan import closing_order, parse_plan
from sdrdesk.domain.ranking.ranking import lane, queue_key, reasons
from sdrdesk.domain.sla.sla import SlaWord
from sdrdesk.domain.times.parse import both_clocks, parse_when
from sdrdesk.services.lead.at_risk import AtRiskLead, AtRiskRow, AtRiskView
from sdrdesk.services.views.lead import Colleague, LeadView, Number, TimelineItem
from sdrdesk.services.views.queue import (
    FunnelStep,
    FunnelView,
    QueueRow,
    QueueSnapshot,
    Standing,
    ViewChoice,
    WhyView,
)
from tests.support.fake_blocks import candidate
from tests.support.fake_office import Part

SLA = timedelta(minutes=15)
ZONE = ZoneInfo("UTC")
"""The rep's."""


class FakeQueue(Part):
    def snapshot(self, find: str = "", *, first: int = 0) -> QueueSnapshot:
        if self._desk.broken is not None:
            raise self._desk.broken
        inputs = [candidate(x) for x in self._desk.by_id.values() if find or not self._blocks(x)]
        inputs.sort(key=queue_key(self._desk.ranking, self._desk.at))
        ranked = sorted((x.lead_id for x in inputs), key=lambda x: x not in self._desk.pinned)
        words = find.casefold()
        hits = [x for x in ranked if not find or words in self._haystack(x)]
        hits = [x for x in hits if find or x not in self._desk.in_call_elsewhere]
        return QueueSnapshot(self._desk.at, tuple(hits), len(self._desk.by_id), find)

    def working(self, *, first: int = 0, show_in_call: bool = False) -> QueueSnapshot:
        made = self.snapshot(first=first)
        ids = self._desk.block.in_order(made.lead_ids)
        busy = sorted(self._desk.in_call_elsewhere) if show_in_call else []
        places = tuple(range(len(busy)))
        return made._replace(lead_ids=(*busy, *ids), in_call=places)

    def standing(self, lead_id: str) -> Standing:
        return Standing(self.rank_of(lead_id) or 0, self.in_call().get(lead_id, ""))

    def in_call(self) -> Mapping[str, str]:
        return self._desk.in_call_elsewhere

    def _haystack(self, lead_id: str) -> str:
        lead = self._desk.by_id[lead_id]
        return f"{lead.name} {lead.company_name} {lead.phone} {lead.email}".casefold()

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        ids, busy = snapshot.lead_ids[start:stop], len(snapshot.in_call)
        return [
            self.row(self._desk.by_id[x], max(0, start + n + 1 - busy)) for n, x in enumerate(ids)
        ]

    def row(self, lead: Lead, rank_no: int) -> QueueRow:
        item = candidate(lead)
        why = reasons(item, self._desk.ranking, self._desk.at)
        there = self._there(lead)
        sla, sla_due = self._sla(lead)
        closes = None
        if there is not None and there.hour < 18:
            closes = there.replace(hour=18, minute=0).astimezone(UTC)
        age = (
            None
            if lead.converted_at is None
            else int((self._desk.at - lead.converted_at).total_seconds())
        )
        return QueueRow(
            rank=rank_no,
            lead_id=lead.lead_id,
            name=lead.name,
            company=lead.company_name,
            title=lead.job_title,
            persona=lead.persona,
            lane=lane(item, self._desk.at),
            score=round(sum(reason.points for reason in why), 2),
            reasons=why,
            converted_at=lead.converted_at,
            converted_on=lead.converted_on,
            age_s=age,
            fit=lead.fit,
            attempts=lead.attempts,
            phone=lead.phone,
            lead_local_time=f"{there:%H:%M}" if there else "",
            time_zone=self.zone(lead),
            callable=not self._blocks(lead) and lead.lead_id not in self._desk.in_call_elsewhere,
            next_due_at=lead.next_due_at,
            callback_at=lead.callback_at,
            sla_state=sla,
            sla_due_at=sla_due,
            lifecycle=lead.lifecycle,
            status=lead.status,
            window_closes_at=closes,
            pinned=lead.lead_id in self._desk.pinned,
            callback_note=lead.callback_note,
            other_zones=other_zones(lead.zone_note),
            in_call=self._desk.in_call_elsewhere.get(lead.lead_id, ""),
        )

    def zone(self, lead: Lead) -> str:
        return lead.rep_time_zone or lead.time_zone

    def _there(self, lead: Lead) -> datetime | None:
        zone = self.zone(lead)
        return self._desk.at.astimezone(ZoneInfo(zone)) if zone else None

    def _sla(self, lead: Lead) -> tuple[SlaWord, datetime | None]:
        if lead.converted_at is None:
            return "none", None
        due = lead.converted_at + SLA
        if lead.attempts:
            return "met", due
        if due < self._desk.at:
            return "breached", due
        return ("at_risk" if due - self._desk.at < timedelta(minutes=5) else "on_track"), due

    def _blocks(self, lead: Lead) -> tuple[Exclusion, ...]:
        found = []
        if lead.do_not_call:
            found.append(Exclusion("do_not_call", None, "asked not to be called"))
        if lead.status == "UNQUALIFIED":
            found.append(Exclusion("status", None, "the status UNQUALIFIED is worked no more"))
        if lead.lead_id in self._desk.skipped:
            found.append(
                Exclusion("skipped", None, f"put aside: {self._desk.skipped[lead.lead_id]}")
            )
        if lead.next_due_at is not None and lead.next_due_at > self._desk.at:
            found.append(Exclusion("resting", lead.next_due_at, "rests until its next try"))
        there = self._there(lead)
        if there is None:
            found.append(Exclusion("unknown_zone", None, "the time zone is unknown; t sets it"))
        elif not 8 <= there.hour < 18 or there.weekday() > 4:
            found.append(Exclusion("call_window", None, f"it is {there:%H:%M} there"))
        return tuple(found)

    def rank_of(self, lead_id: str) -> int | None:
        ids = self.snapshot().lead_ids if self._desk.broken is None else ()
        return ids.index(lead_id) + 1 if lead_id in ids else None

    def why(self, lead_id: str) -> WhyView:
        lead = self._desk.need(lead_id)
        place = self.rank_of(lead_id)
        above = self.snapshot().lead_ids[place - 2] if place and place > 1 else ""
        why = reasons(candidate(lead), self._desk.ranking, self._desk.at)
        return WhyView(
            lead_id=lead_id,
            name=lead.name,
            rank=place,
            callable=not self._blocks(lead),
            blocked_by=self._blocks(lead),
            score=round(sum(x.points for x in why), 2),
            reasons=why,
            above=self._desk.by_id[above].name if above else "",
            above_reasons=(
                reasons(candidate(self._desk.by_id[above]), self._desk.ranking, self._desk.at)
                if above
                else ()
            ),
            overtakes_at=None,
        )

    def funnel(self) -> FunnelView:
        first = Counter(
            x[0].rule for lead in self._desk.by_id.values() if (x := self._blocks(lead))
        )
        words = {
            "do_not_call": "do not call",
            "status": "worked no more",
            "skipped": "put aside",
            "resting": "resting until the next try",
            "unknown_zone": "time zone unknown",
            "call_window": "outside their hours",
        }
        left = total = len(self._desk.by_id)
        steps = []
        for rule, text in words.items():
            left -= first[rule]
            steps.append(FunnelStep(rule, text, first[rule], left))
        return FunnelView(total, tuple(steps), left)

    def window_note(self, lead_id: str, at: datetime) -> str:
        zone = self.zone(self._desk.need(lead_id))
        there = at.astimezone(ZoneInfo(zone or "UTC"))
        if there.weekday() > 4:
            return f"{there:%A} there"
        return "" if 8 <= there.hour < 18 else f"{there:%H:%M} there, outside 08:00–18:00"


class FakeViews(Part):
    def queue(self, view: str = "callable", where: str = "", *, find: str = "") -> QueueSnapshot:
        if view not in {choice.name for choice in self.choices()}:
            raise UsageError(f"There is no view {view!r}.")
        plan = parse_plan(where, ZONE, self._desk.at).without_past(self._desk.at)
        wanted = parse_words(plan.rest)
        made = self._desk.queue.snapshot(find)
        kept = [
            lead_id
            for lead_id in made.lead_ids
            if self._desk.by_id[lead_id].fit >= max(wanted.fit_min, 80 if view == "best_fit" else 0)
        ]
        ends = {x: self._desk.queue.row(self._desk.by_id[x], 0).window_closes_at for x in kept}
        ids = closing_order(kept, ends, ()) if plan.closing_first else tuple(kept)
        return made._replace(
            lead_ids=ids,
            view=replace(plan, as_of=None).words(ZONE) or view,
            as_of=plan.as_of or made.as_of,
            live=plan.as_of is None,
            where=plan.words(ZONE),
            closing_first=plan.closing_first,
        )

    def moment(self, text: str) -> datetime:
        return parse_when(text, ZONE, self._desk.at)

    def moment_words(self, text: str) -> str:
        return both_clocks(text, self.moment(text), ZONE, self._desk.at)

    def match(
        self,
        lead_ids: Collection[str],
        where: str,
        *,
        as_of: datetime | None = None,
        landing: datetime | None = None,
    ) -> frozenset[str]:
        plan = parse_plan(where, ZONE, as_of or self._desk.at, landing=landing)
        by, wanted = plan.closes_by, parse_words(plan.rest)
        rows = [self._desk.queue.row(self._desk.by_id[x], 0) for x in lead_ids]
        return frozenset(
            row.lead_id
            for row in rows
            if row.fit >= wanted.fit_min
            and (by is None or (row.window_closes_at is not None and row.window_closes_at <= by))
        )

    def choices(self) -> Sequence[ViewChoice]:
        return (
            ViewChoice("callable", "Callable now", ""),
            ViewChoice("best_fit", "Fits best", "fit at least 80"),
            ViewChoice("all", "All your leads", ""),
        )


class FakeLeads(Part):
    def view(self, lead_id: str) -> LeadView:
        lead = self._desk.need(lead_id)
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
                "wrong number"
                if (lead_id, text.replace(" ", "")) in self._desk.held_numbers
                else "",
            )
            for text in (lead.phone, lead.mobile)
            if text
        )
        return LeadView(
            row=self._desk.queue.row(lead, self._desk.queue.rank_of(lead_id) or 0),
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
            zone_note=lead.zone_note
            or (
                "number and address agree" if self._desk.queue.zone(lead) else "no source knows it"
            ),
            numbers=numbers,
            timeline=self._timeline(lead),
            colleagues=self._colleagues(lead),
            qualify={},
            owner="Rita Rep",
            status_label=lead.status.replace("_", " ").capitalize(),
            lifecycle_label=lead.lifecycle.capitalize(),
            do_not_call=lead.do_not_call,
            links=links_of(lead, "https://crm.example/contacts/1/{id}"),
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
                "undone" if x.undone else self._desk.state_of(x),
                x.activity.activity_key,
            )
            for x in self._desk.records
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
            for x in self._desk.by_id.values()
            if x.company == lead.company and x.lead_id != lead.lead_id
        )


class FakeAtRisk(Part):
    def ahead(self, until: datetime, whose: Collection[str] | None = None) -> AtRiskView:
        found = []
        for lead_id in self._desk.queue.snapshot("").lead_ids:
            if whose is not None and self._desk.by_id[lead_id].owner_id not in whose:
                continue
            row = self._desk.queue.row(self._desk.by_id[lead_id], 0)
            runs = row.sla_state in ("on_track", "at_risk")
            broken = first_risk(
                callback_at=row.callback_at,
                sla_due_at=row.sla_due_at if runs else None,
                window_closes_at=row.window_closes_at,
                kept_out_by=None,
                asleep_until=None,
                until=until,
            )
            if broken is not None:
                found.append(AtRiskLead(lead_id, broken))
        found.sort(key=lambda item: item.risk.at)
        return AtRiskView(self._desk.at, until, tuple(found))

    def rows(self, view: AtRiskView, start: int, stop: int) -> list[AtRiskRow]:
        lines = self._desk.first_lines
        return [
            AtRiskRow(
                self._desk.queue.row(self._desk.by_id[found.lead_id], start + n),
                found.risk,
                lines.get(found.lead_id, ""),
            )
            for n, found in enumerate(view.leads[start:stop], 1)
        ]
