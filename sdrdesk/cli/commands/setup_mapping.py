"""The part of ``setup`` that writes the first ``crm.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import NumberOf, NumbersOf
from sdrdesk.cli.terminal.output import say, say_err
from sdrdesk.config import CrmSettings
from sdrdesk.crm_file import CRM_FILE
from sdrdesk.plain_file import write_owned
from sdrdesk.services.check.other_crm import connector_of, first_statuses, mapping_text
from sdrdesk.services.setup.own_fields import OwnFields, crm_text, own_fields
from sdrdesk.services.setup.questions import stages_of
from sdrdesk.sync.field_use import FieldUsePort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdrdesk.cli.session import Session
    from sdrdesk.config import Settings
    from sdrdesk.sync.port import CrmClient, Survey


@dataclass(frozen=True, slots=True)
class Mapped:
    """The result for ``crm.toml``."""

    path: str = ""
    """Its path, also before it exists; ``""`` when the account needs none."""
    written: bool = False
    wanted: bool = False
    """It is not there yet, and writing it needs consent."""
    undecided: tuple[str, ...] = ()
    """Statuses for which the account has no word of the usual name."""
    open: tuple[str, ...] = ()
    """Settings of ``[fields]`` that a person has to choose, in words."""

    def to_json(self) -> dict[str, object]:
        """Return its part of ``setup --json``."""
        found = {
            "path": self.path,
            "written": self.written,
            "undecided": list(self.undecided),
            "open": list(self.open),
        }
        return {"mapping": found if self.path else None}


def write_mapping(
    session: Session, seen: Survey, crm: CrmSettings, *, consent: bool, asks: bool
) -> Mapped:
    """Write the first ``crm.toml`` from what the account has, by consent; one that is there stays.

    Args:
        session: the settings and folders.
        seen: the account as it is now.
        crm: the account's settings with what was chosen now.
        consent: write without a question.
        asks: a person is there to answer.
    """
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
    mark = crm.do_not_call.strip() or _only_mark(seen)
    text = mapping_text(connector, chosen, seen, mark)
    if asks and not consent:
        say_err(text)
        consent = click.confirm(f"Write this to {path}?", err=True)
    if consent:
        write_owned(path, text, shared=True)
    return Mapped(str(path), consent, not consent, tuple(undecided))


def write_own_fields(
    session: Session, crm: CrmClient, seen: Survey, settings: Settings, *, consent: bool, asks: bool
) -> Mapped:
    """Write the first ``crm.toml`` of an account whose leads use fields of its own.

    Args:
        session: the folders.
        crm: asked which fields the latest leads have.
        seen: the account as it is now.
        settings: what is chosen for the account.
        consent: write without a question.
        asks: a person is there to answer.
    """
    there = session.rule_files.origin(CRM_FILE)
    if there is not None:
        return Mapped(str(there))
    if not isinstance(crm, FieldUsePort) or not seen.properties.get("lead"):
        return Mapped()
    uses = list(crm.field_use(()))
    if seen.properties.get("company"):
        uses += crm.company_field_use()
    marks = [field.name for field in seen.do_not_call_fields]
    found = own_fields(
        uses, crm.standard_fields, [field.name for field in seen.number_fields], marks
    )
    if asks:
        found = _choose(found)
    path = session.paths.config_dir / CRM_FILE
    left = tuple(
        f"{_WORDS[setting]}: {' or '.join(f'{use.name} ({use.label})' for use in uses)}"
        for setting, uses in found.open.items()
        if not asks
    )
    if not found.fields:
        return Mapped(str(path) if left else "", open=left)
    chosen = settings.crm
    if chosen.qualified_stage not in dict(stages_of(seen)):
        chosen = chosen._replace(qualified_stage="")
    if seen.do_not_call_problem:
        chosen = chosen._replace(do_not_call="")
    text = crm_text(found, chosen)
    if asks and not consent:
        say_err(text)
        consent = click.confirm(f"Write this to {path}?", err=True)
    if consent:
        write_owned(path, text, shared=True)
    return Mapped(str(path), consent, not consent, open=left)


def _choose(found: OwnFields) -> OwnFields:
    """Ask for each setting that more than one field fits."""
    for setting, uses in found.open.items():
        has = "fields have" if setting == "numbers" else "field has"
        say_err(f"Which {has} the {_WORDS[setting]}?")
        for number, use in enumerate(uses, 1):
            say_err(f"  {number}  {use.label} ({use.name}), filled in {use.filled} of {use.of}")
        if setting == "numbers":
            asked = "Numbers in the order in which they are dialled, such as 2 1, or 0 for none"
            chosen = click.prompt(asked, default="0", type=NumbersOf(len(uses)), err=True)
        else:
            kind = NumberOf(0, len(uses))
            typed = click.prompt("Number, or 0 for none", default=0, type=kind, err=True)
            chosen = (typed,) if typed else ()
        if chosen:
            found = found.chosen(setting, *(uses[at - 1].name for at in chosen))
    return found


_WORDS = {
    "numbers": "telephone numbers of leads",
    "status": "lead status",
    "persona": "persona",
    "conversion_date": "date of the latest conversion",
    "owner": "owner",
    "score": "score",
    "employees": "number of employees",
}


def _only_mark(seen: Survey) -> str:
    fields = seen.do_not_call_fields
    return fields[0].name if len(fields) == 1 else ""


def _ask_for(
    name: str, chosen: dict[str, str], undecided: Sequence[str], values: Sequence[str]
) -> list[str]:
    """Ask for the account's status for each; return those that were skipped."""
    left = []
    for ours in undecided:
        say_err(f'Which status of {name} is "{ours.replace("_", " ").capitalize()}"?')
        for number, value in enumerate(values, 1):
            say_err(f"  {number}  {value}")
        kind = NumberOf(0, len(values))
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
    for choice in mapped.open:
        say(f"Not decided: {choice}. Write it under [fields] in {mapped.path}")
    if mapped.undecided:
        listed = ", ".join(mapped.undecided)
        say(f"Name the account's own words for these under [status] in {mapped.path}: {listed}")
