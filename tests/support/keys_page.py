"""Makes ``docs/keys.md`` from the bindings: ``python -m tests.support.keys_page``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode

import sdrdesk.screens
import sdrdesk.widgets
from sdrdesk.app import SdrDeskApp
from sdrdesk.screens.hints import key_name
from tests.support.fake_desk import FakeDesk

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"

_HEAD = """\
# Keys

Every key has a public id: `[ui] keymap` in the [configuration](configuration.md) remaps it, such as
`keymap = { "queue.call" = "c" }`. `F1` shows the keys of a screen, `ctrl+p` finds any of them by
name.

*This page is made from the bindings by `python -m tests.support.keys_page`.*
"""

_OUTCOMES = """\
## Outcomes

They work on the call screen while no text has the focus; `Esc` leaves the text. They are data: a
team changes them in `dispositions.toml` ([outcomes](dispositions.md)).
"""


_TITLES = {
    "SdrDeskApp": "Everywhere",
    "DeskScreen": "On every screen",
    "QueueScreen": "Queue",
    "BlockStartModal": "A new call block",
    "BlockModal": "The call block that runs",
    "PauseModal": "Pausing a block",
    "BlockSummaryModal": "Summary of a block",
    "TravelScreen": "Hours ahead",
    "ReasonModal": "Settling without a call",
    "LeadList": "Moving in the queue",
    "CallScreen": "Call",
    "OutcomeForm": "Outcome that needs more",
    "WhenField": "A time in words",
    "Choice": "A list to choose from",
    "PreviewModal": "Preview of an outcome",
    "LeaveModal": "Leaving a call with notes",
    "SkipModal": "Skip",
    "SnoozeModal": "Snooze",
    "NarrowModal": "Views",
    "PersonaModal": "Persona",
    "WhyModal": "Why",
    "FunnelModal": "Funnel",
    "LeadScreen": "Lead",
    "LogScreen": "Log",
    "ReportScreen": "Reports",
    "NoteScreen": "A call and its note",
    "CommentModal": "Comment on a call",
    "RepModal": "Whose day",
    "NumberTable": "Moving among numbers",
    "LongList": "Moving in a long list",
    "SyncScreen": "Sync",
    "LineList": "Moving in sync",
    "DeskModal": "On every question",
    "HelpScreen": "Help",
    "WelcomeModal": "Greeting",
}
"""Headings, in the order of the page."""


def bound() -> Iterator[tuple[type[DOMNode], list[Binding]]]:
    """Yield every class of the workbench that declares keys, with its own bindings."""
    modules = [
        importlib.import_module(f"{room.__name__}.{found.name}")
        for room in (sdrdesk.screens, sdrdesk.widgets)
        for found in pkgutil.iter_modules(room.__path__)
    ]
    classes: dict[str, type[DOMNode]] = {"SdrDeskApp": SdrDeskApp}
    for module in modules:
        for name, value in sorted(vars(module).items()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                classes[name] = value
    order = list(_TITLES)
    for value in sorted(classes.values(), key=lambda value: _place(order, value.__name__)):
        own = [item for item in vars(value).get("BINDINGS", []) if isinstance(item, Binding)]
        if own:
            yield value, own


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def keys_page() -> str:
    """Return ``docs/keys.md``."""
    lines = [_HEAD]
    for owner, bindings in bound():
        lines += [
            f"## {_TITLES[owner.__name__]}",
            "",
            "| key | what it does | id |",
            "| --- | --- | --- |",
        ]
        for item in bindings:
            keys = " ".join(f"`{key_name(key)}`" for key in item.key.split(","))
            lines.append(f"| {keys} | {item.tooltip or item.description} | `{item.id}` |")
        lines.append("")
    lines += [_OUTCOMES, "| key | outcome |", "| --- | --- |"]
    lines += [f"| `{outcome.hotkey}` | {outcome.label} |" for outcome in FakeDesk().outcomes()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(keys_page(), encoding="utf-8")
