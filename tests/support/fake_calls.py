"""Calls, touches and e-mails of the desk in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.domain.errors import (
    UsageError,
)
from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.outcome.touch import Direction, Touch, TouchKind, plan_touch
from sdrdesk.services.feed.offers import OfferView
from sdrdesk.services.lead.touches import Touched
from sdrdesk.services.mail.service import MailView, OpenedMail
from sdrdesk.services.views.call import CallView, Dialled, Handed, PracticeView, ScriptView
from sdrdesk.services.views.lead import LeadView
from tests.support.fake_office import (
    GRACE,
    Part,
)
from tests.support.fake_script import demo_script


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

    def open(self, lead_id: str, subject: str, body: str, template: str = "") -> OpenedMail:
        self._desk.mails.append((lead_id, subject, body))
        return OpenedMail(f"mail-{len(self._desk.mails)}", "Opened the e-mail.")

    def went(self, key: str, at: datetime | None = None) -> Touched:
        lead_id, _, body = self._desk.mails[-1]
        return self._desk.touches.record(lead_id, "email", body)

    def dropped(self, key: str) -> object:
        return self._desk.mails.pop()


class FakeCalls(Part):
    def open(self, lead_id: str) -> tuple[LeadView, ScriptView]:
        return self._desk.leads.view(lead_id), demo_script(self._desk.need(lead_id))

    def start(
        self, lead_id: str, number: str, *, anyway: bool = False, incoming: bool = False
    ) -> CallView:
        on = self._desk.in_call is not None and self._desk.in_call.lead_id == lead_id
        if self._desk.need(lead_id).do_not_call and not (anyway or incoming or on):
            words = "not to be called: asked not to be called"
            return CallView(lead_id, "", self._desk.at, mine=False, holder=words, barred=True)
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

    def look_at(self, lead_id: str) -> None:
        self._desk.looked_at.append(lead_id)

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


class FakeOffers(Part):
    def current(self) -> OfferView | None:
        offer = self._desk.offered
        return offer if offer is not None and offer.until > self._desk.at else None

    def take(self, lead_id: str) -> str:
        if holder := self._desk.in_call_elsewhere.get(lead_id):
            raise UsageError(f"Somebody was first: this lead is {holder}.")
        self._desk.offered = None
        self._desk.assigned.append((lead_id, "me"))
        return "me"
