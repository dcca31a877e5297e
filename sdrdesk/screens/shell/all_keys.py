"""Every key of the workbench, and the problems of a rep's own keymap.

It imports all screens, which takes a moment: do not import it before the first row is painted.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import sdrdesk.screens
import sdrdesk.widgets
from sdrdesk.screens.shell.keys import clash_words, clashes, own_bindings

TITLES = {
    "SdrDeskApp": "Everywhere",
    "DeskScreen": "On every screen",
    "QueueScreen": "Queue",
    "BlockStartModal": "A new call block",
    "BlockModal": "The running call block",
    "PauseModal": "Pausing a block",
    "BlockSummaryModal": "Summary of a block",
    "AtRiskScreen": "At risk",
    "AgendaScreen": "Agenda",
    "CadenceScreen": "Cadences",
    "ReasonModal": "Settling without a call",
    "LeadList": "Moving in the queue",
    "CallScreen": "Call",
    "OutcomeForm": "Outcome that needs more",
    "WhenField": "A time",
    "Choice": "A list of options",
    "PreviewModal": "Preview of an outcome",
    "LeaveModal": "Leaving a call with notes",
    "WhichOutcomeModal": "Correcting: which outcome",
    "RightOutcomeModal": "Correcting: the right outcome",
    "NoteModal": "Correcting: the right note",
    "ConfirmCorrection": "Correcting: what changes",
    "UndoModal": "Question before an earlier undo",
    "InCallModal": "Calling someone who is in a call, or not to be called",
    "ConfirmModal": "A question before something is done",
    "SkipModal": "Skip",
    "SnoozeModal": "Snooze",
    "CallbacksModal": "Snooze: callbacks before its end",
    "NarrowModal": "Views",
    "PersonaModal": "Persona",
    "MenuModal": "A menu",
    "PersonForm": "A form about a person",
    "AddForm": "A new person",
    "TouchForm": "Touch without a call",
    "MailForm": "Follow-up e-mail",
    "MergeModal": "A merge",
    "EditForm": "A person's data",
    "WhyModal": "Why",
    "FunnelModal": "Funnel",
    "LeadScreen": "Lead",
    "LogScreen": "Log",
    "ReportScreen": "Reports",
    "BehindScreen": "The leads behind a number",
    "NoteScreen": "A call and its note",
    "CommentModal": "Comment on a call",
    "RepModal": "Rep of the log",
    "NumberTable": "Moving in the numbers",
    "LongList": "Moving in a long list",
    "SyncScreen": "Sync",
    "AwayScreen": "While you were away",
    "QuestionsScreen": "Before it is written",
    "ImportScreen": "Import",
    "FieldModal": "The field of a column",
    "LineList": "Moving in sync and import",
    "DeskModal": "In every dialog",
    "HelpScreen": "Help",
    "WelcomeModal": "Greeting",
}
"""Class to heading, in the order of the list."""


def bound(app: type[DOMNode]) -> Iterator[tuple[type[DOMNode], list[Binding]]]:
    """Yield every class that declares keys, ``app`` included, with its own bindings."""
    modules = [
        importlib.import_module(found.name)
        for room in (sdrdesk.screens, sdrdesk.widgets)
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    ]
    classes: dict[str, type[DOMNode]] = {app.__name__: app}
    for module in modules:
        classes |= {
            name: value
            for name, value in sorted(vars(module).items())
            if isinstance(value, type) and value.__module__ == module.__name__
        }
    order = list(TITLES)
    for value in sorted(classes.values(), key=lambda value: _place(order, value.__name__)):
        own = [item for item in vars(value).get("BINDINGS", []) if isinstance(item, Binding)]
        if own:
            yield value, own


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def keymap_problems(
    keymap: Mapping[str, str], app: type[DOMNode], letters: Mapping[str, str]
) -> list[str]:
    """Return the problems of a keymap: unknown ids, and keys with two meanings.

    Args:
        keymap: binding id to key, as in the config.
        app: the class of the workbench, for the keys that work everywhere.
        letters: the keys that the call screen handles without a binding, with their meaning.
    """
    everything = list(bound(app))
    known = [item.id for _, items in everything for item in items if item.id]
    found = [_unknown_words(name, known) for name in sorted(keymap) if name not in known]
    everywhere = own_bindings(app)
    for owner, _ in everything:
        if issubclass(owner, Screen):
            taken = letters if owner.__name__ == "CallScreen" else {}
            for clash in clashes([*own_bindings(owner), *everywhere], keymap, taken):
                words = clash_words(*clash)
                if words not in found:
                    found.append(words)
    return found


def _unknown_words(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return (
        f"Your keymap names {name!r}, and no key has that id{hint}. `sdrdesk keys` lists them "
        "all. It is in config.toml, under [ui]."
    )
