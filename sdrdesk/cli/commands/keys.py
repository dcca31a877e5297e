"""The command that lists the keys of the workbench, as the rep's keymap leaves them."""

from __future__ import annotations

import typer

from sdrdesk.cli.commands.queue import AsJson


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(keys)


def keys(as_json: AsJson = False) -> None:
    """List every key of the workbench with its id, as your keymap leaves them, and check it."""
    from sdrdesk.app import SdrDeskApp
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json, say, table
    from sdrdesk.screens.shell.all_keys import TITLES, bound
    from sdrdesk.screens.shell.hints import key_name

    with open_session() as session:
        keymap = session.settings.ui.keymap
        problems = session.keymap_problems()
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
    if as_json:
        print_json({"keys": listed, "problems": problems})
    else:
        table(
            ("where", "key", "id", "what it does"),
            [
                (
                    str(line["where"]),
                    " ".join(key_name(key.strip()) for key in line["keys"]),
                    str(line["id"]),
                    str(line["what"]),
                )
                for line in listed
            ],
        )
        for words in problems:
            say(f"! {words}")
    if problems:
        raise need_person()
