"""Commands that keep the data safe, and that erase a person."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say, say_err, table
from sdrdesk.clock import iso_or_none, system_clock
from sdrdesk.disk_room import size_of
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.keeping.restore import restore_backup
from sdrdesk.store.database.copies import backups, label_of, made_at
from sdrdesk.vault import key_for_restore

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.services.keeping.restore import RestoreResult

_KINDS = {
    "schema": "before an upgrade",
    "daily": "daily",
    "restore": "before a restore",
    "manual": "sdrdesk backup",
}


@click.command
@click.argument(
    "file",
    required=False,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="[FILE]",
    help="Path to write; default: a file in the backups folder.",
)
@flag("--list as_list", "List the backups.")
@json_option
def backup(file: Path | None, as_list: bool, as_json: bool) -> None:
    """Copy the database to a file and check the copy; the workbench may be open.

    The copy of an encrypted database is encrypted with the same key and cannot be read without it:
    keep a copy of the key elsewhere.
    """
    with open_session() as session:
        if as_list:
            _list(session, as_json=as_json)
            return
        if file is not None and os.path.lexists(file):
            raise UsageError(
                f"{file} exists.", kept="It was not changed.", next_step="Choose another name."
            )
        if file is None:
            made = session.db.backup("manual")
        else:
            made = file.absolute()
            session.db.copy_to(made)
        document = {
            "file": str(made),
            "bytes": size_of(made),
            "encrypted": session.db.encrypted,
            "checked": True,
        }
        secret = ", encrypted with the key of the database" if session.db.encrypted else ""
        answer(as_json, document, [f"Backup: {made} ({_megabytes(made)}, checked{secret})"])
        if not session.db.encrypted and not as_json:
            say_err("It is not encrypted: anybody who can read the file can read your leads.")


def _list(session: Session, *, as_json: bool) -> None:
    files = backups(session.paths.database)
    document = [
        {
            "file": str(f),
            "made_at": iso_or_none(made_at(f)),
            "kind": label_of(f),
            "bytes": size_of(f),
        }
        for f in files
    ]
    rows = [
        (
            f"{made.astimezone(session.rep_zone):%Y-%m-%d %H:%M}" if (made := made_at(f)) else "",
            _KINDS.get(label_of(f), label_of(f)),
            _megabytes(f),
            str(f),
        )
        for f in files
    ]
    lines = table(("Made", "Why", "Size", "File"), rows, right="Size")
    answer(as_json, document, lines if rows else ["There are no backups yet."])


def _megabytes(file: Path) -> str:
    return f"{size_of(file) / 1_000_000:.1f} MB"


@click.command
@click.argument(
    "file", type=click.Path(path_type=Path), metavar="FILE", help="The backup; see backup --list."
)
@flag("--yes", "Do not ask.")
@json_option
def restore(file: Path, yes: bool, as_json: bool) -> None:
    """Replace the database by a copy of a backup; close sdrdesk everywhere first.

    The present database is kept in the backups folder. What the backup holds as unsent is
    looked up at the CRM before anything is sent, so nothing is logged twice. People who were erased
    since are erased again.
    """
    with open_session() as session:
        path = session.paths.database
        if not file.is_absolute() and not os.path.lexists(file):
            named = path.parent / "backups" / file
            file = named if os.path.lexists(named) else file
        key = key_for_restore(path, file, session.settings.storage.encryption, session.environ)
        if not yes and path.exists() and sys.stdin.isatty():
            click.confirm(f"Replace {path} by {file}?", abort=True, err=True)
        done = restore_backup(file, path, key, system_clock)
        answer(as_json, done.to_json(), _restored(session, done))


def _restored(session: Session, done: RestoreResult) -> list[str]:
    until = done.recorded_until
    lines = [f"Restored {done.backup}."]
    if until is not None:
        lines.append(f"The last thing recorded in it: {until.astimezone(session.rep_zone):%c}")
    if done.unsent:
        lines.append(
            f"{done.unsent} unsent {plural(done.unsent, 'item')} will be looked up at the CRM "
            "before sending."
        )
    if done.kept is not None:
        how = "" if done.kept_whole else ", as it was: it cannot be opened"
        lines.append(f"The database before is kept{how}: {done.kept}")
        lines.append("Outcomes that were recorded after the backup and not sent are only there.")
    if done.forgotten:
        lines.append(f"{done.forgotten} people who were erased since were erased again.")
    if done.kept is None or not done.kept_whole:
        lines.append("People whom you erased after the backup may be back: erase them again.")
    return [*lines, "Next: sdrdesk sync"]


@click.command
@click.argument("lead_id", required=False, metavar="[ID]", help="Id of the lead.")
@flag("--dry-run", "Say what would be erased; change nothing.")
@flag("--drop-unsent", "Erase even what was not sent to the CRM yet.")
@flag("--yes", "Do not ask.")
@flag("--lift", "Allow an erased person to be fetched again.")
@flag("--finish", "Finish an earlier run: remove the last bytes from the file.")
@json_option
def forget(
    lead_id: str | None,
    dry_run: bool,
    drop_unsent: bool,
    yes: bool,
    lift: bool,
    finish: bool,
    as_json: bool,
) -> None:
    """Erase a person from this machine: rows, notes, search, backups, calendar files, log.

    Their calls still count in reports, without a name. A do-not-call stays as a hash. Nothing is
    deleted at the CRM. Exit code 5: something is left; the message says what.
    """
    with open_session() as session:
        forgetting = session.forgetting
        if finish:
            problems = forgetting.finish()
            answer(as_json, {"problems": problems}, problems or ["Nothing is left."])
            if problems:
                raise need_person()
            return
        if lead_id is None:
            raise click.UsageError("Missing argument 'ID'.")
        if lift:
            forgetting.lift(lead_id)
            answer(as_json, {"lead_id": lead_id, "lifted": True},
                   [f"Lead {lead_id} may be fetched again, with: sdrdesk sync --full"])  # fmt: skip
            return
        if not (yes or dry_run):
            _ask(session, lead_id)
        done = forgetting.forget(lead_id, drop_unsent=drop_unsent, dry_run=dry_run)
        answer(as_json, done.to_json(), done.lines(str(CRM_NAME)))
        for problem in done.problems:
            say_err(problem)
        if done.problems:
            raise need_person()


def _ask(session: Session, lead_id: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "Erasing cannot be undone, so it needs --yes where sdrdesk cannot ask.",
            kept="Nothing was erased.",
            next_step="Look first: sdrdesk forget ID --dry-run",
        )
    name = session.forgetting.name(lead_id)
    say(f"Erase {name} (lead {lead_id}) from this machine? This cannot be undone.")
    click.confirm("Erase", abort=True, err=True)
