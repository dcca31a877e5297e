"""One lead with its details, timeline and colleagues."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock, system_clock
from sdrdesk.domain.calling_hours.retry import VoicemailPolicy
from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.lead.properties import properties_of
from sdrdesk.domain.lead.stage_history import StageSpan, stage_history
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.domain.outcome.meeting_result import result_of
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.outcome.touch import touch_words
from sdrdesk.domain.people.links import LeadLink, links_of
from sdrdesk.domain.place.failed_numbers import failed_numbers
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier, head_of
from sdrdesk.domain.text.humanize import clock_error, day_words, plural
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.views.lead import (
    MOST_ACTIVITIES,
    Colleague,
    Decided,
    LeadView,
    Number,
    TimelineItem,
)
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror import leads as stored
from sdrdesk.store.mirror.activities import TimelineEntry, timeline
from sdrdesk.store.mirror.conversions import earlier_conversions
from sdrdesk.store.mirror.options import Option, options_of, owner_by
from sdrdesk.store.mirror.put_back import put_back
from sdrdesk.store.mirror.stage_dates import stage_dates
from sdrdesk.store.mirror.sync_state import LEAD_LINK, get_fact
from sdrdesk.store.queue.number_signs import number_signs
from sdrdesk.store.record.decisions import state_in
from sdrdesk.store.record.opening_lines import first_line
from sdrdesk.store.record.register import barred
from sdrdesk.store.reports.lookups import outcomes_since, slots_of

_RECORDINGS = 4
"""Recordings offered as links: the menu has one digit for each line."""
_SAME = {
    "phone": "has the same phone",
    "e-mail": "has the same e-mail",
    "name": "has the same name at the same company",
    "domain": "belongs to another company record of the same domain",
}


class LeadService:
    """Reads single leads from the database."""

    def __init__(
        self,
        db: Database,
        queue: QueueService,
        dispositions: Dispositions,
        zone: ZoneInfo,
        rules: RuleConfig,
        default_country: str = "",
        slots: Callable[[], Qualification] = Qualification,
        clock: Clock = system_clock,
        voicemail: Callable[[], VoicemailPolicy] = VoicemailPolicy,
    ) -> None:
        self._db = db
        self._queue = queue
        self._zone = zone
        self._default_country = default_country
        self._slots = slots
        self._clock = clock
        self._voicemail = voicemail
        self.take_rules(dispositions, rules)

    def take_rules(self, dispositions: Dispositions, rules: RuleConfig) -> None:
        """Use these rules from now on."""
        self._dispositions, self._rules = dispositions, rules
        self._outcomes = OutcomeClassifier(dispositions)

    def need(self, lead_id: str) -> Lead:
        """Return a lead. Raises NotFoundError."""
        lead = stored.get_lead(self._db, lead_id)
        if lead is None:
            raise NotFoundError(
                f"There is no lead {lead_id} on this machine.",
                next_step="`sdrdesk queue` lists ids; `sdrdesk sync` fetches new leads.",
            )
        return lead

    def view(self, lead_id: str) -> LeadView:
        """Return everything about one lead. Raises NotFoundError."""
        return self.view_of(self.need(lead_id))

    def view_of(self, lead: Lead) -> LeadView:
        """Return everything about a lead that was read already."""
        labels = options_of(self._db, "status", "lifecycle")
        owner = owner_by(self._db, lead.owner_id)
        proposal = self._proposal(lead)
        answers = slots_of(self._db, lead.lead_id)
        timeline = self._timeline(lead)
        return LeadView(
            row=self._queue.row_of(lead),
            email=lead.email,
            message=lead.message,
            source=lead.source,
            last_url=lead.last_url,
            conversions=lead.conversions,
            page_views=lead.page_views,
            first_converted_at=lead.first_converted_at,
            first_converted_on=lead.first_converted_on,
            company_line=company_line(lead),
            persona_reason=lead.persona_reason,
            zone_note=lead.zone_note,
            numbers=self._numbers(lead),
            timeline=timeline,
            colleagues=self._colleagues(lead.lead_id),
            qualify=answers,
            owner=owner.name if owner else lead.owner_id,
            status_label=_label(labels["status"], lead.status),
            lifecycle_label=_label(labels["lifecycle"], lead.lifecycle),
            do_not_call=lead.do_not_call,
            duplicates=tuple(
                f"{twin.name} (id {twin.lead_id}) {_SAME[twin.same]}"
                for twin in stored.possible_duplicates(self._db, lead.lead_id)
            ),
            links=(*links_of(lead, get_fact(self._db, LEAD_LINK)), *self._recordings(timeline)),
            proposal=proposal,
            proposal_outcome=_nurture(self._dispositions) if proposal else "",
            facts=self._facts(answers),
            voicemail=self.voicemail_advice(lead),
            stages=self._stages(lead, labels["lifecycle"]),
            properties=tuple(sorted(properties_of(lead).items())),
            decided=self._decided(lead),
            put_back=self._put_back(lead, _label(labels["status"], lead.status)),
        )

    def _put_back(self, lead: Lead, status: str) -> str:
        known = self._dispositions
        with self._db.reader() as connection:
            found = put_back(connection, lead.lead_id, known.rejections, known.ending_statuses)
        if found is None:
            return ""
        key, owner_id, at_ms = found
        owner = owner_by(self._db, owner_id)
        who = owner.name if owner else owner_id
        since = f"has the status {status}" if status else "has no status"
        at = local_words(from_ms(at_ms), self._zone)
        return f"{known[key].label} by {who} on {at}, but the lead {since} at the CRM now"

    def _decided(self, lead: Lead) -> Decided:
        with self._db.reader() as connection:
            state = state_in(connection, lead.lead_id)
        until, seen, converted = state.snoozed_until, state.rest_seen_at, lead.converted_at
        began = until is not None or seen is not None
        over = (until is not None and until <= self._clock()) or (
            seen is not None and converted is not None and converted > seen
        )
        line = first_line(self._db, lead.lead_id)
        pinned = state.pinned_at is not None
        if over or not began:
            return Decided(pinned=pinned, first_line=line)
        return Decided(True, until, state.snooze_reason, pinned, line)

    def _stages(self, lead: Lead, labels: Sequence[Option]) -> tuple[StageSpan, ...]:
        dates = stage_dates(self._db, [lead.lead_id]).get(lead.lead_id, {})
        entered = {stage: from_ms(ms) for stage, ms in dates.items()}
        names = {option.value: option.label for option in labels}
        return stage_history(entered, lead.lifecycle, names, self._clock())

    def _recordings(self, timeline: Sequence[TimelineItem]) -> list[LeadLink]:
        """Return the latest recordings as links, which only a person opens."""
        found = [item for item in timeline if item.recording_url][:_RECORDINGS]
        return [
            LeadLink(
                f"recording-{number}",
                f"Recording of the call, {local_words(item.at, self._zone)}",
                item.recording_url,
            )
            for number, item in enumerate(found, start=1)
        ]

    def voicemail_advice(self, lead: Lead) -> str:
        """Return a reason against a voicemail in the call that comes next, ``""`` for none."""
        keys = self._dispositions.flagged(Flag.VOICEMAIL)
        labels = {self._dispositions[key].crm_outcome for key in keys} - {""}
        left = outcomes_since(self._db, lead, sorted(keys), sorted(labels))
        return self._voicemail().advice(left, lead.attempts + 1)

    def _facts(self, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        if not answers:
            return ()
        slots = self._slots()
        return tuple((slots.label(key), text) for key, text in slots.answers(answers).items())

    def _proposal(self, lead: Lead) -> str:
        cap = self._rules.attempt_cap
        if lead.attempts < cap or lead.do_not_call or lead.archived:
            return ""
        closed = self._rules.closed_statuses | self._rules.until_conversion
        promised = lead.callback_at is not None
        if promised or lead.status in closed or lead.lifecycle in self._rules.past_stages:
            return ""
        return f"{lead.attempts} attempts made (limit {cap}): move to nurture?"

    def _numbers(self, lead: Lead) -> tuple[Number, ...]:

        from sdrdesk.services.lead.enrichment import numbers_of  # an outcome needs no number plan

        numbers = numbers_of(lead, self._default_country)
        resting = self._resting(lead, [number.e164 for number in numbers if number.e164])
        dialled = [number.e164 for number in numbers if number.e164]
        listed = {number: found.words for number, found in barred(self._db, dialled).items()}
        held = resting | stored.held_numbers(self._db, lead.lead_id) | listed
        return tuple(
            Number(
                display=number.international or number.raw,
                e164=number.e164,
                kind=number.kind,
                held=held.get(number.e164) or held.get(number.raw) or "",
                extension=number.extension,
                assumed_country=number.region if number.assumed else "",
            )
            for number in numbers
        )

    def _resting(self, lead: Lead, numbers: Sequence[str]) -> dict[str, str]:
        """Return those of a lead's numbers that rest, each with the reason."""
        with self._db.reader() as connection:
            signs = number_signs(connection, json.dumps([lead.lead_id])).get(lead.lead_id)
        if not signs:
            return {}
        zone = lead.rep_time_zone or lead.zone
        local, now = zone_info(zone) or self._zone, self._clock()
        return {
            failed.number: f"failed on {failed.days} {plural(failed.days, 'day')}, rests until"
            f" {day_words(until.astimezone(local))}"
            for failed in failed_numbers(signs, numbers, zone)
            if (until := self._rules.rests_until(failed)) is not None and until > now
        }

    def _timeline(self, lead: Lead) -> tuple[TimelineItem, ...]:
        newest = timeline(self._db, lead.lead_id, MOST_ACTIVITIES)
        items = [self._item(entry) for entry in newest]
        conversions: Mapping[datetime, str] = {
            at: what
            for at, what in (
                *earlier_conversions(self._db, lead.lead_id),
                (lead.first_converted_at, lead.first_converted_on),
                (lead.converted_at, lead.converted_on),
            )
            if at is not None
        }
        items += [
            TimelineItem(at, "conversion", lead.name, what or "converted", "", 0, "crm")
            for at, what in conversions.items()
        ]
        return tuple(sorted(items, key=lambda item: item.at, reverse=True))

    def _item(self, entry: TimelineEntry) -> TimelineItem:
        if entry.kind is ActivityKind.CHANGE and not entry.disposition:
            return _change_item(entry)
        known = self._dispositions.get(entry.disposition)
        words = known.label if known else self._label_of(entry) or entry.title
        if entry.channel:
            title = f": {entry.title}" if entry.title else ""
            words = f"{touch_words(entry.channel, entry.direction)}{title}"
        elif entry.kind is not ActivityKind.CALL:
            words = f"{entry.kind.value}: {entry.title or words or 'logged'}"
            if said := result_of(entry.result):
                words += f" ({said})"
        words = words or "call"
        if known and entry.reason and not entry.undone:
            words += f" ({known.reason_label(entry.reason)})"
        if entry.undone and entry.state != "undone":
            words += " (corrected)"
        if entry.kind is ActivityKind.CALL and entry.direction == "in":
            words = f"they called: {words}"
        if entry.shift_ms:
            words += f" (time put right: the clock was {clock_error(entry.shift_ms / 1000)})"
        return TimelineItem(
            at=entry.at,
            kind=entry.kind.value,
            who=entry.who or NO_OWNER,
            what=words,
            note=entry.note,
            duration_s=entry.duration_s,
            state=entry.state,
            activity_key=entry.activity_key,
            direction=entry.direction,
            channel=entry.channel,
            recording_url=entry.recording_url,
            attachments=entry.attachments,
        )

    def _label_of(self, entry: TimelineEntry) -> str:
        """Return the label that the log and the reports have for a call of any tool."""
        disposition, label = entry.disposition, entry.outcome_label
        if entry.kind is not ActivityKind.CALL or not (disposition or label):
            return label
        head = "" if disposition else head_of(entry.title)
        return self._outcomes.of(disposition, label, head).label

    def _colleagues(self, lead_id: str) -> tuple[Colleague, ...]:
        return tuple(
            Colleague(other.lead_id, other.name, other.title, self._last_call(other))
            for other in stored.company_colleagues(self._db, lead_id)
        )

    def _last_call(self, other: stored.ColleagueRow) -> str:
        if other.last_call_at is None:
            return ""
        known = self._dispositions.get(other.last_outcome)
        said = known.label if known else self._outcomes.of("", other.last_outcome).label
        outcome = said if other.last_outcome else ""
        when = local_words(other.last_call_at, self._zone)
        return " · ".join(part for part in (f"called {when}", other.last_call_by, outcome) if part)


def _label(known: Sequence[Option], value: str) -> str:
    return next((option.label for option in known if option.value == value), value)


def _change_item(entry: TimelineEntry) -> TimelineItem:
    """Return a corrected field or outcome; its note says what changed."""
    what, _, note = entry.note.partition("\n")
    return TimelineItem(
        at=entry.at,
        kind=entry.kind.value,
        who=entry.who or NO_OWNER,
        what=what or "change",
        note=note,
        duration_s=0,
        state=entry.state,
        activity_key=entry.activity_key,
    )


def _nurture(dispositions: Dispositions) -> str:
    """Return the key of the outcome that moves a lead to nurture, ``""`` without one."""
    return next((key for key, item in dispositions.items() if item.is_(Flag.NURTURE)), "")


def company_line(lead: Lead) -> str:
    """Return industry, size and place of the lead's company as one line."""
    company = lead.company
    if company is None:
        return ", ".join(part for part in (lead.city, lead.country) if part)
    size = f"{company.employees:,} people" if company.employees else ""
    industry = company.industry.replace("_", " ").lower()
    place = ", ".join(part for part in (company.city, company.country) if part)
    return " · ".join(part for part in (industry, size, place, company.domain) if part)
