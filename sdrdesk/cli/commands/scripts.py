"""Commands of the script library."""

from __future__ import annotations

import click

from sdrdesk.cli.options import CommandGroup, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say, table
from sdrdesk.store.account.lead_counts import lead_counts
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
        rows = [(e.script_id, e.persona or "any", e.conversion or "any", e.source) for e in entries]
        lines = table(("script", "persona", "conversion", "from"), rows)
        answer(as_json, [entry._asdict() for entry in entries], lines)


@scripts.command
@json_option
def lint(as_json: bool) -> None:
    """Check every script for wrong merge fields, long sections and scripts never matched.

    It also lists the languages of leads on this machine that no script is written in.
    """
    with open_session() as session:
        personas = tuple(o.label for o in options(session.db, "persona") if not o.hidden)
        languages = lead_counts(session.db).by_value.get("language", {})
        findings = session.scripts.lint(personas, languages)
        lines = [f"{finding.where}: {finding.text}" for finding in findings]
        lines.append(f"{len(session.scripts.entries())} scripts, {len(findings)} findings")
        answer(as_json, [finding._asdict() for finding in findings], lines)
        if any(finding.level != "note" for finding in findings):
            raise need_person()


@scripts.command
def path() -> None:
    """Print the folder for the team's own scripts."""
    with open_session() as session:
        say(str(session.paths.scripts_dir))
