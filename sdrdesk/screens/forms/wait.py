"""Waiting on the customer: asks for the end and the reason, or lets the SLA run again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.content import Content

from sdrdesk.domain.sla.pauses import SlaPause
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.dialogs import ConfirmModal, TextModal
from sdrdesk.services.lead.waits import Waited, late_words
from sdrdesk.services.two_zones import there_and_here
from sdrdesk.services.views.queue import QueueRow

_LONGEST = 200


def ask_wait(screen: DeskScreen, lead_id: str, then: Callable[[], None]) -> None:
    """Ask what is missing and rest the SLA of a lead; offer to end a rest. ``then`` follows."""
    place, waits = screen.place, screen.desk.waits

    def done(made: Waited, row: QueueRow) -> None:
        screen.say(Content.assemble(("✓ ", "$text-success"), _words(made, row, screen.desk.now())))
        place.kick()
        then()

    def ask(found: tuple[SlaPause | None, QueueRow]) -> None:
        running, row = found
        if running is None:
            _ask_new(screen, row, lambda made: done(made, row))
            return

        def end(sure: bool | None) -> None:
            if sure:
                screen.write("wait.end", lambda: waits.end(lead_id), lambda made: done(made, row))

        until = _moment(running.until, row, screen.desk.now())
        words = f"It rests until {until}: {running.reason}"
        title = "Let the SLA run again?"
        screen.app.push_screen(ConfirmModal(place, title, words, "run again"), end)

    leads = screen.desk.leads
    screen.read("wait.now", lambda: (waits.running(lead_id), leads.view(lead_id).row), ask)


def _ask_new(screen: DeskScreen, row: QueueRow, done: Callable[[Waited], None]) -> None:
    """Ask for the end, then for the reason."""
    place, desk, lead_id = screen.place, screen.desk, row.lead_id

    def why(at: datetime) -> None:
        def start(reason: str | None) -> None:
            if reason:
                screen.write("wait.start", lambda: desk.waits.start(lead_id, reason, at), done)

        modal = TextModal(
            place, "Why do they wait?", "⏎ rest the SLA · esc back", example="at a trade fair",
            longest=_LONGEST, question=f"Until {_moment(at, row, desk.now())}",
        )  # fmt: skip
        screen.app.push_screen(modal, start)

    def when(words: str | None) -> None:
        if words:
            screen.read("wait.when", lambda: desk.outcome.when(lead_id, words), why)

    def means(text: str) -> str:
        at = desk.outcome.when(lead_id, text)
        return _moment(at, row, desk.now())

    modal = TextModal(
        place, "The customer asked to wait until …", "in their time zone · ⏎ next · esc back",
        example="thu 10:00", question=late_words(row.sla_state), means=means,
    )  # fmt: skip
    screen.app.push_screen(modal, when)


def _words(made: Waited, row: QueueRow, now: datetime) -> str:
    if made.until is None:
        return f"The SLA of {made.lead_name} runs again."
    return f"The SLA of {made.lead_name} rests until {_moment(made.until, row, now)}."


def _moment(at: datetime, row: QueueRow, now: datetime) -> str:
    return there_and_here(at, row.time_zone, row.other_zones, now=now)
