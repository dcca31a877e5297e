"""An agenda in memory: the callbacks of the fake desk, one of the team, one meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sdrdesk.domain.outcome.meeting_result import MeetingResult
from sdrdesk.services.agenda.service import AgendaItem, AgendaView, Span, Whose
from sdrdesk.store.promises.agenda import AgendaRow

if TYPE_CHECKING:
    from tests.support.fake_desk import FakeDesk

DAYS = {"today": 1, "tomorrow": 2, "week": 7, "all": 3650}


class FakeAgenda:
    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def view(self, span: Span = "all", *, everybody: bool = False) -> AgendaView:
        now = self._desk.at
        leads = list(self._desk.by_id.values())
        items = [
            self._item(lead.lead_id, "callback", lead.callback_at - now, "mine", lead.callback_note)
            for lead in leads
            if lead.callback_at is not None
        ]
        first, second = leads[0].lead_id, leads[1].lead_id
        items.append(self._item(first, "callback", timedelta(hours=1), "team", "anybody"))
        items.append(self._item(second, "meeting", timedelta(hours=2), "mine", "Intro"))
        if self._desk.asks:
            asked = self._item(second, "meeting", timedelta(hours=-20), "mine", "Demo")
            items.append(asked._replace(ask=True, row=asked.row._replace(key="meeting:9")))
        if self._desk.has_tasks:
            items.append(self._item(first, "email", timedelta(hours=3), "mine", "Send the paper"))
        found = [item for item in items if item.at < now + timedelta(days=DAYS[span])]
        return AgendaView(now, tuple(sorted(found, key=lambda item: item.at)))

    def _item(
        self, lead_id: str, kind: str, ahead: timedelta, whose: Whose, note: str
    ) -> AgendaItem:
        lead, at = self._desk.by_id[lead_id], self._desk.at + ahead
        row = AgendaRow(
            kind, f"{kind}:{lead_id}:{whose}", at, "" if whose == "team" else "70001", "Rita", note,
            "sdrdesk", whose == "team", "", lead_id, lead.name, lead.company_name, lead.zone,
            "70001",
        )  # fmt: skip
        return AgendaItem(row, whose, at < self._desk.at)


class FakeMeetings:
    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def say(self, key: str, result: MeetingResult, start_at: datetime | None = None) -> str:
        self._desk.results.append((key, result, start_at))
        self._desk.asks = False
        return f"{result.capitalize()}: somebody."
