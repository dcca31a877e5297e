"""The programs outside of a call: the rep's phone, the clipboard, the booking page."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.text.humanize import call_length
from sdrdesk.screens.call import text
from sdrdesk.screens.call.base import CallBase
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.services.views.call import CallView, Dialled, Disposed, Handed, PracticeView
from sdrdesk.widgets.lines import NoticeLine


def answer(screen: DeskScreen, said: Content | None) -> None:
    """Show an answer above the note, ``None`` to hide it."""
    line = screen.query_one("#answer", Static)
    if said is not None or line.has_class("-said"):  # each update lays out the screen
        # A class on the screen would style all its widgets again, twice a call.
        line.set_class(said is not None, "-said").update(said or "")


def dial(screen: DeskScreen, call: CallView) -> None:
    """Dial the number of a call on the rep's phone."""

    def dialled(done: Dialled) -> None:
        if done.how == "clipboard":
            screen.app.copy_to_clipboard(done.number)
        if done.failed:
            screen.say(Content.styled(f"! {done.said}", "$text-warning"))
        elif done.said:
            screen.say(Content(done.said))

    def tell(event: PhoneEvent) -> None:  # in the thread that listens to the phone
        screen.post_message(PhoneTold(call, event))

    phone = screen.desk.phone
    screen.read("call.dial", lambda: phone.dial(call.lead_id, call.number, tell), dialled)


class PhoneTold(Message):
    """The phone program said something of a call."""

    def __init__(self, call: CallView, event: PhoneEvent) -> None:
        super().__init__()
        self.call = call
        self.event = event


def hear(screen: CallBase, told: PhoneTold, talk: Callable[[], None]) -> None:
    """Show what the phone says; it fills in the length and proposes, the rep records."""
    call, event = screen.session.call, told.event
    if call is None or call[:3] != told.call[:3]:  # of an earlier call
        return
    if event.kind == "ringing":
        screen.say(Content("Ringing"))
    elif event.kind == "answered":
        if call.talking_at is None and screen.session.length_s is None:
            talk()
    elif screen.session.length_s is None:
        length_s, outcome = screen.session.ended(event)
        length = call_length(length_s)
        cause = f"{event.cause}, " if event.cause else ""
        proposed = f" Likely outcome: {outcome.hotkey} {outcome.label}" if outcome else ""
        answer(screen, Content(f"The call ended ({cause}{length}).{proposed}"))


def practise(screen: DeskScreen, call: CallView) -> None:
    """Show how the lead of a demo reacts to a call."""

    def reacted(view: PracticeView | None) -> None:
        if view is not None:
            said = text.practice(view)
            answer(screen, said)  # in full until Esc, and shortened on the rule for longer
            screen.query_one("#rule", NoticeLine).say(said, 60)

    phone = screen.desk.phone
    screen.read("call.practice", lambda: phone.practice(call.lead_id, call.number), reacted)


def report_meeting(screen: DeskScreen, done: Disposed) -> None:
    """Notify the rep of a problem, and open the booking page of a meeting."""
    if done.problem:
        screen.app.notify(done.problem, severity="warning", timeout=10, markup=False)

    def opened(page: Handed) -> None:
        if page.failed:
            screen.app.notify(page.said, severity="warning", markup=False)

    if done.meeting_file and screen.desk.has_booking_page():
        phone = screen.desk.phone
        screen.write("call.page", lambda: phone.open_booking_page(done.lead_id), opened)
