"""Dialling by the configured way, and the booking page.

The ways: phone program, ``tel:`` link, clipboard, or by hand. A failure never stops the call: it is
reported in the result, and the rep dials by hand.
"""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.config import CallSettings
from sdrdesk.domain.outcome.phone_events import PhoneEvent, phone_event
from sdrdesk.domain.place.dial_command import command_for, dialable_number, tel_link, with_pause
from sdrdesk.domain.text.web_link import booking_link
from sdrdesk.services.call.launcher import Launcher, LaunchError
from sdrdesk.services.views.call import Dialled, Handed, PracticeView
from sdrdesk.services.views.lead import LeadView, Number
from sdrdesk.services.views.queue import WhyView

_BY_HAND = "The call is on; dial by hand."


Tell = Callable[[PhoneEvent], object]


def _telling(tell: Tell) -> Callable[[bytes], None]:
    def line(said: bytes) -> None:
        if event := phone_event(said):
            tell(event)

    return line


class Dialer:
    """Dials for one rep."""

    def __init__(
        self,
        settings: CallSettings,
        outside: Launcher,
        lead: Callable[[str], LeadView],
        why: Callable[[str], WhyView],
        *,
        demo: bool = False,
        practice: Callable[[str, str], PracticeView | None] | None = None,
        barred: Callable[[str], str] = lambda _number: "",
    ) -> None:
        self._settings = settings
        self._outside = outside
        self._lead = lead
        self._why = why
        self._demo = demo
        self._practice = practice
        self._barred = barred

    def dial(self, lead_id: str, number: str, tell: Tell | None = None) -> Dialled:
        """Dial a number of a lead, or return why not. Raises NotFoundError.

        The demo never dials: a made-up number may belong to someone.

        Args:
            lead_id: the lead.
            number: one of its numbers.
            tell: called with what the phone program says of the call, in another thread.
        """
        way = self._settings.dial
        wanted = dialable_number(number)
        if wanted and (listed := self._barred(wanted)):
            said = f"Do not call {wanted}: it is {listed}. Nothing was dialled."
            return Dialled("none", wanted, said, failed=True)
        if way == "none" or self._demo:
            return Dialled("none", number, "")
        known = self._number_of(lead_id, number)
        if refusal := self._refusal(lead_id, known):
            return Dialled("none", number, refusal, failed=True)
        extension = known.extension if known else ""
        if not wanted:
            said = "The number has no country code or is incomplete. Nothing was dialled."
            return Dialled("none", number, f"{said} {_BY_HAND}", failed=True)
        if way == "clipboard":
            keys = with_pause(wanted, extension)
            return Dialled("clipboard", keys, f"{keys} is on the clipboard.")
        try:
            if way == "tel":
                self._outside.open(tel_link(wanted, extension))
            else:
                command = command_for(self._settings.dial_command, wanted, extension)
                self._outside.run(command, _telling(tell) if tell else None)
        except LaunchError as error:
            return Dialled("none", wanted, f"{error.what} {_BY_HAND}", failed=True)
        then = f", extension {extension}" if extension else ""
        return Dialled(way, wanted, f"Dialling {wanted}{then}.")

    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        """Return how the lead answers in a demo (asks the sandbox CRM), ``None`` elsewhere."""
        return self._practice(lead_id, number) if self._practice else None

    def open_booking_page(self, lead_id: str) -> Handed:
        """Open the configured booking page with the lead's e-mail and name filled in."""
        template = self._settings.booking_url
        if not template:
            return Handed("")
        lead = self._lead(lead_id)
        link = booking_link(template, email=lead.email, name=lead.row.name)
        try:
            self._outside.open(link)
        except LaunchError as error:
            return Handed(f"The booking page did not open: {error.what}", failed=True)
        return Handed("The booking page is open in your browser.")

    def open_link(self, lead_id: str, kind: str) -> Handed:
        """Open a link of a lead in the browser; without one, return the address to copy.

        Args:
            lead_id: the lead.
            kind: of ``LeadView.links``.
        """
        link = next((link for link in self._lead(lead_id).links if link.kind == kind), None)
        if link is None:
            return Handed("There is no such link for this lead.", failed=True)
        if self._demo:
            # Made-up people: the address may belong to someone.
            return Handed(f"The demo opens no pages; copied {link.url}", copy=link.url)
        if not self._outside.has_browser:
            return Handed(f"No browser here; copied {link.url}", copy=link.url)
        try:
            self._outside.open(link.url)
        except LaunchError as error:
            return Handed(f"{error.what} Copied {link.url}", failed=True, copy=link.url)
        return Handed(f"Opened {link.label} in your browser.")

    def _number_of(self, lead_id: str, number: str) -> Number | None:
        """Return the lead's number that equals ``number``, with its details."""
        for known in self._lead(lead_id).numbers:
            if number and number in (known.e164, known.display):
                return known
        return None

    def _refusal(self, lead_id: str, known: Number | None) -> str:
        for block in self._why(lead_id).blocked_by:
            if block.rule == "do_not_call":
                return "This lead asked not to be called. Nothing was dialled."
        if known is not None and known.held:
            return f"Do not dial {known.display}: {known.held.replace('_', ' ')}."
        return ""
