"""Rows of the queue, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sdrdesk.domain.cadence.words import step_words
from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.place.local_times import other_zones
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.queue.eligibility import exclusion_check, numbers_now
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.domain.ranking.ranking import lane, reasons, score
from sdrdesk.domain.sla.pauses import SlaPause, rest_at
from sdrdesk.domain.sla.sla import SlaConfig, sla_state
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.store.cadences.presence import steps_in
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.comments import comments_in
from sdrdesk.store.queue.candidates import candidates_in
from sdrdesk.store.queue.row_details import RowDetails, row_details
from sdrdesk.store.record.sla_pauses import pauses_in


class RowMaker:
    """Makes the rows of one page; windows and SLA are prepared once for all of them."""

    def __init__(
        self,
        rulebook: Rulebook,
        told: QueueFacts,
        now: datetime,
        sla_zone: str,
        *,
        past: bool = False,
        me: str = "",
    ) -> None:
        self._past = past
        self._me = me
        self._config = rulebook.ranking
        self._sla: SlaConfig = rulebook.sla.in_zone(sla_zone)
        self._clock = WindowClock(rulebook.windows, now)
        self._rules = rulebook.rules
        self._first = exclusion_check(rulebook.rules, self._clock, told)
        self._in_call = told.in_call
        self._facts = told

    def rows(
        self, db: Database, lead_ids: Sequence[str], start: int, unranked: Sequence[int] = ()
    ) -> list[QueueRow]:
        """Return the rows of these leads from place ``start`` (from 0) without deleted ones.

        Leads at the places ``unranked`` have no rank.
        """
        with db.reader() as connection:
            told = row_details(connection, lead_ids)
            waits = pauses_in(connection, lead_ids)
            seen = candidates_in(connection, lead_ids, self._clock.now, past=self._past)
            self._comments = comments_in(connection, self._me)
            self._steps = steps_in(connection, lead_ids)
        by_id = {item.lead_id: item for item in seen}
        return [
            self._row(told[lead_id], by_id[lead_id], _rank(place, unranked), waits.get(lead_id, ()))
            for place, lead_id in enumerate(lead_ids, start)
            if lead_id in told and lead_id in by_id
        ]

    def _number(self, told: RowDetails, item: Candidate) -> str:
        """Return the lead's first number, or the first that may be dialled now."""
        usable = numbers_now(item, self._rules, self._clock.now, self._facts)
        return usable[0] if usable and told.phone not in usable else told.phone

    def _cadence(self, lead_id: str) -> str:
        found = self._steps.get(lead_id)
        if found is None:
            return ""
        name, step, steps, what, due_ms = found
        return f"{name}: {step_words(step, steps, what, due_ms, to_ms(self._clock.now))}"

    def _row(
        self, told: RowDetails, item: Candidate, rank: int, pauses: Sequence[SlaPause]
    ) -> QueueRow:
        now = self._clock.now
        zone = zone_info(item.zone)
        window = self._clock.state(*item.place, owner_id=item.owner_id)
        sla = sla_state(
            item.converted_at,
            told.first_attempt_at,
            self._sla.of(item.owner_id),
            now,
            how_late=False,
            pauses=pauses,
        )
        waits = rest_at(pauses, now) if pauses and told.first_attempt_at is None else None
        number = self._number(told, item)
        kept_out = self._first(item)
        age = None if item.converted_at is None else (now - item.converted_at).total_seconds()
        return QueueRow(
            rank=rank,
            lead_id=item.lead_id,
            name=told.name,
            company=told.company,
            title=told.title,
            persona=told.persona,
            lane=lane(item, now),
            score=score(item, self._config, now),
            reasons=reasons(item, self._config, now),
            converted_at=item.converted_at,
            converted_on=told.converted_on,
            age_s=None if age is None else max(0, int(age)),
            fit=item.fit,
            attempts=item.attempts,
            phone=number,
            lead_local_time=now.astimezone(zone).strftime("%H:%M") if zone else "",
            time_zone=item.zone,
            callable=kept_out is None,
            next_due_at=item.next_due_at,
            callback_at=item.callback_at,
            sla_state=sla.state,
            sla_due_at=sla.due_at,
            sla_waits=waits.reason if waits else "",
            lifecycle=item.lifecycle,
            status=item.status,
            window_closes_at=window.closes_at,
            pinned=item.pinned,
            callback_note=one_line(told.callback_note),  # a row has one line
            promised_by=told.promised_by,
            extension=told.extension if number == told.phone else "",
            other_zones=other_zones(told.zone_note),
            in_call=self._in_call.get(item.lead_id, ""),
            comment=self._comments.get(item.lead_id, ""),
            cadence=self._cadence(item.lead_id),
            whose=(told.owner or NO_OWNER) if kept_out == "owner" else "",
        )


def _rank(place: int, unranked: Sequence[int]) -> int:
    return 0 if place in unranked else place + 1 - sum(other < place for other in unranked)
