"""The programs outside of a call: the rep's phone, the clipboard, the booking page."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.call import text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.services.views.desk import CallView, Dialled, Disposed, Handed, PracticeView
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

    phone = screen.desk.phone
    screen.read("call.dial", lambda: phone.dial(call.lead_id, call.number), dialled)


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
