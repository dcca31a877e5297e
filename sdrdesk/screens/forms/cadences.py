"""Putting a lead into a cadence, taking it out, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.content import Content

from sdrdesk.domain.cadence.words import WORDS
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.screens.forms.outcome_form import OutcomeForm
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.dialogs import MenuModal, TextModal
from sdrdesk.services.cadence.service import CadenceEnd, NamedRun
from sdrdesk.services.desk.cadence_end import end_entry, end_outcome
from sdrdesk.services.views.call import Disposed
from sdrdesk.services.views.lead import LeadView

_STOP, _SHOW, _END = "=stop", "=show", "=end"


class _Found(NamedTuple):
    run: NamedRun | None
    end: CadenceEnd | None
    names: list[tuple[str, str]]


def ask_cadence(
    screen: DeskScreen,
    lead_id: str,
    changed: Callable[[], None],
    show: Callable[[], None] | None = None,
    *,
    may_end: bool = True,
) -> None:
    """Offer the cadences for a lead, or to stop or end its own; without a lead only the list.

    Args:
        screen: where it is asked.
        lead_id: the lead, ``""`` for none.
        changed: shows the changed lead.
        show: opens the list of everybody; ``None`` does not offer it.
        may_end: offer the end; ``False`` during a call, whose outcome decides.
    """
    cadences = screen.desk.cadences

    def look() -> _Found:
        run = cadences.run(lead_id) if lead_id else None
        end = cadences.end_of(lead_id) if run is not None and may_end else None
        return _Found(run, end, list(cadences.names()))

    def ask(found: _Found) -> None:
        title, options = _menu(screen, lead_id, found)
        if show is not None:
            options.append((_SHOW, "Show who is in which step"))

        def then(chosen: str | None) -> None:
            if chosen in acts:
                acts[chosen]()
            elif chosen:
                screen.write("cadence.start", lambda: cadences.start(lead_id, chosen), started)

        acts: dict[str, Callable[[], object]] = {
            _STOP: lambda: screen.write("cadence.stop", lambda: cadences.stop(lead_id), stopped),
            _END: lambda: _end(screen, found.end, changed),
            _SHOW: lambda: show and show(),
        }

        screen.app.push_screen(MenuModal(screen.place, title, options), then)

    def started(run: NamedRun) -> None:
        words = run.step_words(screen.desk.now())
        _say(screen, f"{run.name} is in {run.run.cadence}, {words}", changed)

    def stopped(run: NamedRun) -> None:
        _say(screen, f"{run.name} is out of {run.run.cadence}", changed)

    screen.read("cadence.look", look, ask)


def _say(screen: DeskScreen, told: str, changed: Callable[[], None]) -> None:
    screen.say(Content.assemble(("✓ ", "$text-success"), told))
    changed()


def _menu(screen: DeskScreen, lead_id: str, found: _Found) -> tuple[str, list[tuple[str, str]]]:
    """Return the question and what to choose from."""
    if found.run is not None:
        run = found.run.run
        title = f"{found.run.name} is in {run.cadence}, {found.run.step_words(screen.desk.now())}"
        options = [(_STOP, f"Stop {run.cadence}")]
        if found.end is not None:
            options.insert(0, (_END, f"End it: {WORDS[found.end.what].rstrip('?')} …"))
        return title, options
    options = [(name, f"Start: {title}") for name, title in found.names[:8]] if lead_id else []
    return "Cadence", options


def _end(screen: DeskScreen, end: CadenceEnd | None, changed: Callable[[], None]) -> None:
    """Show the form of what the cadence says at its end; saving it records it."""
    if end is None:
        return
    outcome = end_outcome(screen.desk, end)
    if outcome is None:
        _hand_back(screen, end, changed)
        return

    def recorded(done: Disposed) -> None:
        if done.problem:
            screen.app.notify(done.problem, severity="warning", timeout=10, markup=False)
        _say(screen, f"{done.label}, {done.lead_name}", changed)

    def then(entry: Entry | None) -> None:
        if entry is not None:
            screen.write(
                "cadence.end", lambda: screen.desk.outcome.record(end.lead_id, entry), recorded
            )

    def ask(lead: LeadView) -> None:
        entry = end_entry(screen.desk, outcome)
        screen.app.push_screen(OutcomeForm(screen.place, lead, outcome, entry, saves=True), then)

    screen.read("cadence.lead", lambda: screen.desk.leads.view(end.lead_id), ask)


def _hand_back(screen: DeskScreen, end: CadenceEnd, changed: Callable[[], None]) -> None:
    def given(name: str) -> None:
        _say(screen, f"{end.lead_name} went back to {name}", changed)

    def then(rep: str | None) -> None:
        if rep:
            screen.write(
                "cadence.end", lambda: screen.desk.decisions.assign(end.lead_id, rep), given
            )

    screen.app.push_screen(
        TextModal(
            screen.place,
            f"Hand {end.lead_name} back to whom?",
            f"⏎ gives the lead to them, also in {CRM_NAME} · esc back",
            text=end.hand_to,
            example="e-mail address or owner id",
            longest=200,
        ),
        then,
    )
