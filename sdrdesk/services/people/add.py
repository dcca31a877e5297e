"""One person added by hand: looked up here and at the CRM first, so that nobody is there twice.

The CRM has to be reachable: only it knows everybody. An id of our own would let two reps add one
person offline, and the CRM would have both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.records import Known, NewLead
from sdrdesk.domain.errors import SdrDeskError, UnreachableError
from sdrdesk.domain.people.columns import ColumnMap
from sdrdesk.domain.people.new_person import read_new
from sdrdesk.domain.people.rows import People, Row
from sdrdesk.services.people.create import FileLook
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.sheet import InputSheet, SheetRow
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.queue.by_number import lead_with_email

_BY_HAND = Path("added by hand")


class AddedPerson(NamedTuple):
    """The result of adding a person."""

    lead_id: str
    """``""`` when nobody was added and nobody is surely the same."""
    name: str
    created: bool
    """False: the person was there already and was not changed."""
    alike: tuple[Known, ...] = ()
    """People who may be the same, for the rep to judge; nobody was added then."""


def add_person(
    db: Database,
    run: Callable[[FileLook], Imported],
    same_number: Callable[[Row], Known | None],
    given: Mapping[str, str],
    default_country: str,
    anyway: bool,
) -> AddedPerson:
    """Add a person unless they are there.

    Args:
        db: the database.
        run: looks a row up at the CRM by e-mail, or by number and name, creates what is missing,
            and fetches it.
        same_number: returns who has a number of a row and may be the same person.
        given: as in ``read_new``.
        default_country: ISO code for numbers without ``+``.
        anyway: also when somebody else has the number.

    Raises:
        UsageError: a bad value; nothing was sent.
        UnreachableError: the CRM cannot be reached; nothing was added.
        SdrDeskError: the CRM refused the person, in its own words.
    """
    new = read_new(given, default_country)
    here = lead_with_email(db, new.email) if new.email else ""
    if here:
        return AddedPerson(here, _name_of(db, here), created=False)
    row = Row(1, new)
    try:
        other = same_number(row) if new.email and new.numbers and not anyway else None
        if other is not None:
            return AddedPerson("", _typed_name(new), created=False, alike=(other,))
        done = run(_look_of(row))
    except UnreachableError as error:
        raise _offline(error) from error
    if done.stopped is not None:
        stopped = done.stopped
        raise _offline(stopped) if isinstance(stopped, UnreachableError) else stopped
    if done.left_out:
        raise SdrDeskError(
            f"{_typed_name(new)} was not added: {done.left_out[0][1].rstrip('.')}.",
            kept="Nothing was changed.",
            next_step="Correct it and add the person again.",
        )
    lead_id = (done.created or done.existing)[0]
    return AddedPerson(lead_id, _name_of(db, lead_id), created=bool(done.created))


def _look_of(row: Row) -> FileLook:
    sheet = InputSheet((), 0, (SheetRow(row.line, ()),))
    return FileLook(_BY_HAND, sheet, ColumnMap((), (), {"email": (0,)}), People((row,), ()))


def _offline(error: UnreachableError) -> UnreachableError:
    return UnreachableError(
        f"{CRM_NAME} cannot be asked whether the person is there already. {error.what}",
        kept="Nobody was added, so nobody is there twice.",
        next_step="Add the person again when it answers again.",
    )


def _typed_name(new: NewLead) -> str:
    name = f"{new.values.get('first_name', '')} {new.values.get('last_name', '')}".strip()
    return name or new.email


def _name_of(db: Database, lead_id: str) -> str:
    lead = get_lead(db, lead_id)
    return lead.name if lead else lead_id
