"""The command that lists the keys of the workbench with the rep's keymap applied."""

from __future__ import annotations

import click

from sdrdesk.app import SdrDeskApp
from sdrdesk.cli.key_check import key_problems
from sdrdesk.cli.options import json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, table
from sdrdesk.screens.shell.all_keys import TITLES, bound
from sdrdesk.screens.shell.hints import key_name


@click.command
@json_option
def keys(as_json: bool) -> None:
    """List every key of the workbench with its id and your keymap applied, and check the keymap."""
    with open_session() as session:
        keymap = session.settings.ui.keymap
        problems = key_problems(session.rulebook.dispositions.values(), keymap)
    listed = [
        {
            "where": TITLES.get(owner.__name__, owner.__name__),
            "id": item.id or "",
            "keys": keymap.get(item.id or "", item.key).split(","),
            "shipped": item.key.split(","),
            "what": item.tooltip or item.description,
        }
        for owner, items in bound(SdrDeskApp)
        for item in items
    ]
    rows = [
        (
            str(line["where"]),
            " ".join(key_name(key.strip()) for key in line["keys"]),
            str(line["id"]),
            str(line["what"]),
        )
        for line in listed
    ]
    lines = table(("where", "key", "id", "what it does"), rows)
    document = {"keys": listed, "problems": problems}
    answer(as_json, document, (*lines, *(f"! {words}" for words in problems)))
    if problems:
        raise need_person()
