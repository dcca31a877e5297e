"""Commands of the script library."""

from __future__ import annotations

import click

from sdrdesk.cli.options import CommandGroup, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import need_person, print_json, say, table
from sdrdesk.store.mirror.options import options


@click.group(cls=CommandGroup, no_args_is_help=True)
def scripts() -> None:
    """The script library: list the scripts, check them, show where they are."""


@scripts.command("list")
@json_option
def list_scripts(as_json: bool) -> None:
    """List the scripts, the team's own before the shipped ones."""
    with open_session() as session:
        entries = session.scripts.entries()
        if as_json:
            print_json([entry._asdict() for entry in entries])
        else:
            table(
                ("script", "persona", "conversion", "from"),
                [
                    (e.script_id, e.persona or "any", e.conversion or "any", e.source)
                    for e in entries
                ],
            )


@scripts.command
@json_option
def lint(as_json: bool) -> None:
    """Check every script for wrong merge fields, long sections and scripts never matched."""
    with open_session() as session:
        personas = tuple(o.label for o in options(session.db, "persona") if not o.hidden)
        findings = session.scripts.lint(personas)
        if as_json:
            print_json([finding._asdict() for finding in findings])
        else:
            for finding in findings:
                say(f"{finding.where}: {finding.text}")
            say(f"{len(session.scripts.entries())} scripts, {len(findings)} findings")
        if findings:
            raise need_person()


@scripts.command
def path() -> None:
    """Print the folder for the team's own scripts."""
    with open_session() as session:
        say(str(session.paths.scripts_dir))
