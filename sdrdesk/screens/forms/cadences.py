"""Putting a lead into a cadence, and taking it out."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.dialogs import MenuModal
from sdrdesk.services.cadence.service import NamedRun

_STOP, _SHOW = "=stop", "=show"


def ask_cadence(
    screen: DeskScreen,
    lead_id: str,
    changed: Callable[[], None],
    show: Callable[[], None] | None = None,
) -> None:
    """Offer the cadences for a lead, or to stop its own; without a lead only the list.

    Args:
        screen: where it is asked.
        lead_id: the lead, ``""`` for none.
        changed: shows the changed lead.
        show: opens the list of everybody; ``None`` does not offer it.
    """
    cadences = screen.desk.cadences

    def look() -> tuple[NamedRun | None, list[tuple[str, str]]]:
        return (cadences.run(lead_id) if lead_id else None), list(cadences.names())

    def ask(found: tuple[NamedRun | None, list[tuple[str, str]]]) -> None:
        title, options = _menu(screen, lead_id, *found)
        if show is not None:
            options.append((_SHOW, "Show who is in which step"))
        screen.app.push_screen(MenuModal(screen.place, title, options), then)

    def then(chosen: str | None) -> None:
        if chosen == _SHOW and show is not None:
            show()
        elif chosen == _STOP:
            screen.write("cadence.stop", lambda: cadences.stop(lead_id), stopped)
        elif chosen:
            screen.write("cadence.start", lambda: cadences.start(lead_id, chosen), started)

    def started(run: NamedRun) -> None:
        words = run.step_words(screen.desk.now())
        told = f"{run.name} is in {run.run.cadence}, {words}"
        screen.say(Content.assemble(("✓ ", "$text-success"), told))
        changed()

    def stopped(run: NamedRun) -> None:
        told = f"{run.name} is out of {run.run.cadence}"
        screen.say(Content.assemble(("✓ ", "$text-success"), told))
        changed()

    screen.read("cadence.look", look, ask)


def _menu(
    screen: DeskScreen, lead_id: str, run: NamedRun | None, names: list[tuple[str, str]]
) -> tuple[str, list[tuple[str, str]]]:
    """Return the question and what to choose from."""
    if run is not None:
        title = f"{run.name} is in {run.run.cadence}, {run.step_words(screen.desk.now())}"
        return title, [(_STOP, f"Stop {run.run.cadence}")]
    options = [(name, f"Start: {title}") for name, title in names[:8]] if lead_id else []
    return "Cadence", options
