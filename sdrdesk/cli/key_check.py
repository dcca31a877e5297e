"""The check of a team's letters and a rep's keymap; imports the workbench only for a keymap."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.screens.shell.all_keys import keymap_problems
from sdrdesk.screens.shell.key_table import letter_problems
from sdrdesk.screens.shell.keys import outcome_letters


def key_problems(outcomes: Collection[Disposition], keymap: Mapping[str, str]) -> list[str]:
    """Return the problems of the outcomes' letters and of the keymap, in words."""
    found = letter_problems(outcomes)
    if not keymap:
        return found
    from sdrdesk.app import SdrDeskApp

    return found + keymap_problems(keymap, SdrDeskApp, outcome_letters(outcomes))
