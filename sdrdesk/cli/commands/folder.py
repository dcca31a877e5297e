"""The folder by which two machines of one rep agree."""

from __future__ import annotations

import sys

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say_err
from sdrdesk.clock import iso_or_none
from sdrdesk.credentials import checked_folder_key, find_folder_key, save_folder_key
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.store.database.encryption import new_key


@click.group(cls=CommandGroup, invoke_without_command=True)
@json_option
@click.pass_context
def folder(context: click.Context, as_json: bool) -> None:
    """Exchange news with your other machines now; exit code 5 if something is wrong."""
    if context.invoked_subcommand is not None:
        return
    with open_session() as session:
        done = session.folder.run()
        lines = [
            f"{machine.name}: written {iso_or_none(machine.written_at) or 'at an unknown time'}"
            for machine in done.machines
        ] or ["No other machine of yours has written to it yet."]
        if not done.folder:
            lines = ["No folder is shared: set folder under [sync] in config.toml."]
        else:
            lines.append(f"{done.applied} changes taken from them.")
        found = {
            "folder": done.folder,
            "written": done.written,
            "applied": done.applied,
            "machines": [
                {"name": m.name, "file": m.file, "written_at": iso_or_none(m.written_at)}
                for m in done.machines
            ],
            "problems": list(done.problems),
        }
        answer(as_json, found, lines)
        for problem in done.problems:
            say_err(problem)
        if done.problems:
            raise need_person()


@folder.command("key")
@flag("--stdin from_stdin", "Store the key of your first machine, read from standard input.")
@flag("--show", "Print the key, for your other machine.")
@json_option
def key(from_stdin: bool, show: bool, as_json: bool) -> None:
    """Make, store or show the key that encrypts the shared folder's files."""
    with open_session() as session:
        known = find_folder_key(session.environ)
        if from_stdin:
            made = checked_folder_key(sys.stdin.readline().strip(), "The key")
        else:
            made = known.value if known else new_key()
        if (known is None or known.value != made) and not save_folder_key(made):
            raise CredentialsError(
                "The key was not stored: there is no keyring on this machine.",
                kept="Nothing was changed.",
                next_step="Set SDRDESK_FOLDER_KEY to the same 64 hexadecimal digits on each of "
                "your machines (a new one: `openssl rand -hex 32`).",
            )
        told = {"key": made if show else None, "stored": True}
        lines = [made] if show else ["The key is stored. For another machine: sdrdesk folder key "
                                     "--show, and there: sdrdesk folder key --stdin"]  # fmt: skip
        answer(as_json, told, lines)
