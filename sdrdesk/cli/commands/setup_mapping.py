"""The part of ``setup`` for other CRMs than HubSpot: the first ``crm.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.terminal.output import say, say_err
from sdrdesk.crm_file import CRM_FILE
from sdrdesk.plain_file import write_owned
from sdrdesk.services.check.other_crm import connector_of, first_statuses, mapping_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdrdesk.cli.session import Session
    from sdrdesk.sync.port import Survey


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of ``crm.toml``."""

    path: str = ""
    """Where it is; ``""`` for HubSpot."""
    written: bool = False
    wanted: bool = False
    """It is not there yet, and writing it needs consent."""
    undecided: tuple[str, ...] = ()
    """Statuses for which the account has no word of the usual name."""

    def to_json(self) -> dict[str, object]:
        """Return its part of ``setup --json``."""
        found = {"path": self.path, "written": self.written, "undecided": list(self.undecided)}
        return {"mapping": found if self.path else None}


def write_mapping(session: Session, seen: Survey, *, consent: bool, asks: bool) -> Mapped:
    """Write the first ``crm.toml`` from what the account has, by consent; one that is there stays.

    Args:
        session: the settings and folders.
        seen: the account as it is now.
        consent: write without a question.
        asks: a person is there to answer.
    """
    crm = session.settings.crm
    connector = connector_of(crm.kind)
    if connector is None:
        return Mapped()
    there = session.rule_files.origin(CRM_FILE)
    if there is not None:
        return Mapped(str(there))
    path: Path = session.paths.config_dir / CRM_FILE
    own = session.crm_file.others.get("status", {})
    chosen, undecided, values = first_statuses(connector, own, seen)
    if asks:
        undecided = _ask_for(connector.name, chosen, undecided, values)
    mark = crm.do_not_call_field or _only_mark(seen)
    text = mapping_text(connector, chosen, seen, mark)
    if asks and not consent:
        say_err(text)
        consent = click.confirm(f"Write this to {path}?", err=True)
    if consent:
        write_owned(path, text, shared=True)
    return Mapped(str(path), consent, not consent, tuple(undecided))


def _only_mark(seen: Survey) -> str:
    fields = seen.do_not_call_fields
    return fields[0].name if len(fields) == 1 else ""


def _ask_for(
    name: str, chosen: dict[str, str], undecided: Sequence[str], values: Sequence[str]
) -> list[str]:
    """Ask which status of the account stands for each; return those that were skipped."""
    left = []
    for ours in undecided:
        say_err(f'Which status of {name} is "{ours.replace("_", " ").capitalize()}"?')
        for number, value in enumerate(values, 1):
            say_err(f"  {number}  {value}")
        kind = click.IntRange(0, len(values))
        typed = click.prompt("Number, or 0 to skip", default=0, type=kind, err=True)
        if typed:
            chosen[ours] = values[typed - 1]
        else:
            left.append(ours)
    return left


def tell_mapping(mapped: Mapped) -> None:
    """Say what became of ``crm.toml``."""
    if mapped.written:
        say(f"Written: {mapped.path}")
    elif mapped.wanted:
        say(f"Not written: {mapped.path} (sdrdesk setup --yes writes it)")
    if mapped.undecided:
        listed = ", ".join(mapped.undecided)
        say(f"Name the account's own words for these under [status] in {mapped.path}: {listed}")
