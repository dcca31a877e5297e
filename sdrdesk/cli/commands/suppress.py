"""Commands of the do-not-call register: import, list, remove."""

from __future__ import annotations

from pathlib import Path

import click

from sdrdesk.cli.options import CommandGroup, flag, integer_option, json_option, text_option
from sdrdesk.cli.session import Session, open_session
from sdrdesk.cli.terminal.output import answer, need_person, table
from sdrdesk.clock import iso
from sdrdesk.services.people.register import Register
from sdrdesk.store.record.register import entries, matches, sources

_COUNTRY = text_option(
    "--country", "Country of numbers without a country code: IE, US …", metavar="CC"
)


@click.group(cls=CommandGroup, no_args_is_help=True)
def suppress() -> None:
    """A do-not-call register of numbers, plain or hashed. It never leaves this machine."""


@suppress.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@text_option("--source", "Source, such as TPS; default: the name of the file.")
@flag("--replace", "The file is a whole new edition: remove what this source had before.")
@_COUNTRY
@json_option
def import_entries(file: Path, source: str, replace: bool, country: str, as_json: bool) -> None:
    """Add numbers that must not be called, one in each line.

    Numbers in E.164, or hashes (SHA-256, SHA-1 or MD5 in hex digits) of them, with or without the
    plus. Such a number is never dialled, and no import adds a person who has no other number.
    """
    with open_session() as session:
        done = _register(session, country).add_file(file, source, replace=replace)
        document = {
            "entries": done.entries,
            "new": done.new,
            "removed": done.removed,
            "barred_numbers_of_leads": done.barred,
            "left_out": [{"line": line, "text": text} for line, text in done.left_out],
            "left_out_count": done.left_out_count,
        }
        lines = [
            f"{done.entries} entries, {done.new} of them new"
            + (f"; {done.removed} of the edition before removed." if replace else "."),
            f"Numbers of leads here that must not be called: {done.barred}.",
            *(
                f"Line {line} is neither a number nor a hash: {text}"
                for line, text in done.left_out
            ),
        ]
        answer(as_json, document, lines)
        if done.left_out_count:
            raise need_person()


@suppress.command("list")
@integer_option("--limit", "At most this many entries.", default=1000, low=1, high=1_000_000)
@json_option
def list_entries(limit: int, as_json: bool) -> None:
    """List the sources of the register, its entries, and the leads' numbers on it."""
    with open_session() as session:
        told = sources(session.db)
        with session.db.reader() as connection:
            barred = matches(connection)
        found = entries(session.db, limit)
        document = {
            "total": sum(each.number for each in told),
            "sources": [
                {
                    "source": each.source,
                    "kind": each.kind,
                    "count": each.number,
                    "first_imported_at": iso(each.first_at),
                    "last_imported_at": iso(each.last_at),
                }
                for each in told
            ],
            "numbers_of_leads": [{"number": n, "text": words} for n, words in barred.items()],
            "entries": [
                {"kind": e.kind, "value": e.value, "source": by.source, "imported_at": iso(by.at)}
                for e, by in found
            ],
        }
        rows = [(s.source, s.kind, str(s.number), f"{s.last_at:%Y-%m-%d}") for s in told]
        lines = ["The register is empty. Fill it: sdrdesk suppress import FILE"]
        if told:
            lines = list(table(("source", "kind", "entries", "imported"), rows, right="entries"))
            lines += [f"{number} is {words}" for number, words in barred.items()]
        answer(as_json, document, lines)


@suppress.command
@click.argument("entry", default="", metavar="[NUMBER|HASH]")
@text_option("--source", "Remove all entries of this source.")
@_COUNTRY
@json_option
def remove(entry: str, source: str, country: str, as_json: bool) -> None:
    """Remove one entry from the register, or all entries of a source."""
    if bool(entry) == bool(source):
        raise click.UsageError("Give a number or hash, or --source.")
    with open_session() as session:
        removed = _register(session, country).remove(entry, source or None)
        answer(as_json, {"removed": removed}, [f"Removed {removed}."])


def _register(session: Session, country: str) -> Register:
    code = country.strip().upper() or session.settings.crm.default_country
    return Register(session.db, code, session.clock)
