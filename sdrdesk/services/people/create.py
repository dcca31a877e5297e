"""Import of people from a file into the CRM and onto this machine.

Existing people are not changed, except that a do-not-call mark is added. A repeated import adds no
one twice: an e-mail address exists once in the CRM, and people without one are found by number and
name (``find_existing``).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sdrdesk.domain.crm.records import Added, Known, NewLead
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.people.columns import Choices, ColumnMap, place_columns
from sdrdesk.domain.people.headings import PERSON_FIELDS
from sdrdesk.domain.people.rows import People, Row, read_people
from sdrdesk.domain.place.register import entry_of
from sdrdesk.services.people.find_existing import Looking, is_other_name
from sdrdesk.services.people.local_copy import Keeping
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.files import Reading, read_file
from sdrdesk.services.sheets.sheet import InputSheet
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.by_number import missing_leads
from sdrdesk.store.record.register import barred
from sdrdesk.store.record.unfinished_imports import begun, note_begun
from sdrdesk.sync.errors import Unknown
from sdrdesk.sync.port import LeadPort

LOOKS_S = (0.0, 2.0, 5.0)
"""Pauses before each search for people whose creation got no answer."""
_NO_ANSWER = (
    "no answer came, and the person is not there yet; run the import again in a few minutes"
)
_NO_FIELD = (
    "must not be called, and that is kept here; the CRM was not told, because no do-not-call field"
    " of the account is named: set [crm] do_not_call"
)


@dataclass(frozen=True, slots=True)
class FileLook:
    """A parsed file: the target of each column, and the people."""

    path: Path
    sheet: InputSheet
    columns: ColumnMap
    people: People

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """Return line and reason of unusable rows."""
        return sorted(
            [*((line.number, line.broken) for line in self.sheet.broken), *self.people.problems]
        )

    def cells_of(self) -> dict[int, Sequence[str]]:
        """Return line to the cells of each row."""
        return {row.number: row.cells for row in (*self.sheet.rows, *self.sheet.broken)}


def look_into(
    path: Path,
    reading: Reading,
    *,
    ignored: Sequence[str] = (),
    do_not_call: str = "",
    do_not_call_label: str = "",
    default_region: str = "",
) -> FileLook:
    """Read a file of people; nothing is sent or changed.

    Args:
        path: the file.
        reading: the user's options.
        ignored: headings to leave out.
        do_not_call: the account's field, ``property`` or ``property=value``, ``""`` for none.
        do_not_call_label: the account's label of that field, ``""`` unknown.
        default_region: country (two letters) of national numbers in rows without a country.

    Raises:
        UsageError: the file cannot be read, or a field or heading does not exist.
    """
    mapped = dict(reading.mapped or {})
    for heading, field in mapped.items():
        if field not in PERSON_FIELDS and field != "ignore":
            raise UsageError(
                f"There is no field {field!r} for the column {heading}.",
                kept="Nothing was changed.",
                next_step=f"Fields: {', '.join(PERSON_FIELDS)}, ignore.",
            )
    sheet = read_file(path, reading)
    return look_at(
        path,
        sheet,
        mapped,
        ignored,
        do_not_call=do_not_call,
        do_not_call_label=do_not_call_label,
        default_region=default_region,
    )


def look_at(
    path: Path,
    sheet: InputSheet,
    mapped: Mapping[str, str],
    ignored: Sequence[str],
    *,
    do_not_call: str = "",
    do_not_call_label: str = "",
    default_region: str = "",
) -> FileLook:
    """Return the targets of a table's columns and its people, as ``look_into``."""
    name, _, value = do_not_call.partition("=")
    choices = Choices(mapped, ignored, name, do_not_call_label)
    columns = place_columns(sheet.headings, [row.cells for row in sheet.rows], choices)
    if columns.strange:
        raise UsageError(
            f"{path.name} has no column {columns.strange[0]!r}.",
            kept="Nothing was changed.",
            next_step=f"Columns: {', '.join(columns.headings)}.",
        )
    people = read_people(
        columns,
        [(row.number, row.cells) for row in sheet.rows],
        default_region=default_region,
        own_value=value,
    )
    return FileLook(path, sheet, columns, people)


def need_columns(look: FileLook) -> None:
    """Check that nothing about a person would be lost.

    Raises:
        UsageError: a column needs a decision, or no column identifies people.
    """
    if look.columns.unplaced:
        named = "; ".join(f"{h!r} looks like {what}" for h, what in look.columns.unplaced)
        first = look.columns.unplaced[0][0]
        raise UsageError(
            f"{look.path.name}: {named}.",
            kept="Nothing was changed.",
            next_step=f"Say where it goes, --map {first!r}=FIELD, or leave it out, "
            f"--ignore {first!r}. Fields: {', '.join(PERSON_FIELDS)}.",
        )
    keys = ("email", "other_email", "phone", "mobile", "other_phone")
    if not any(look.columns.places.get(field) for field in keys):
        named = ", ".join(h for h in look.columns.headings if h) or "none"
        raise UsageError(
            f"{look.path.name}: no column holds e-mail addresses or telephone numbers;"
            f" headings found: {named}.",
            kept="Nothing was changed.",
            next_step="Name the column: --map COLUMN=email. The line of the headings: --heading N.",
        )


class Importer:
    """Imports the people of one file into the CRM and onto this machine."""

    def __init__(
        self,
        crm: LeadPort,
        db: Database,
        keeping: Keeping,
        owner_id: str,
        *,
        default_region: str = "",
        looks_s: Sequence[float] = LOOKS_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the import.

        Args:
            crm: the account.
            db: the database of that account.
            keeping: writes to this machine.
            owner_id: owner of the new people; ``""`` for none.
            default_region: country of numbers without one.
            looks_s: pauses before each search for people whose creation got no answer.
            sleep: waits.
        """
        self._crm = crm
        self._db = db
        self._keeping = keeping
        self._owner_id = owner_id
        self._default_region = default_region
        self._looking = Looking(crm, db, default_region)
        self._looks_s = looks_s
        self._sleep = sleep

    def run(
        self,
        look: FileLook,
        *,
        dry_run: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Imported:
        """Create the people the CRM does not know yet; with ``dry_run`` only search.

        An interruption (network, token) is reported in the result, with the work done so far.
        """
        done = _begun(look)
        rows = self._not_barred(look.people.rows, done)
        reached = 0
        for page in chunks(rows, self._crm.capabilities.write_size):
            try:
                if dry_run:
                    self._plan(page, done)
                else:
                    self._page(page, done)
            except SdrDeskError as error:
                done.stopped = error
                ended = len(done.created) + len(done.existing) + len(done.left_out)
                done.not_tried = max(0, done.rows - ended - done.would_create)
                break
            reached += len(page)
            if on_progress is not None:
                on_progress(reached, len(rows))
        return done

    def _not_barred(self, rows: Sequence[Row], done: Imported) -> list[Row]:
        """Leave out the people of whom every number is on the do-not-call register."""
        numbers = {row.line: self._numbers(row.lead) for row in rows}
        found = barred(self._db, list(dict.fromkeys(n for own in numbers.values() for n in own)))
        kept = list[Row]()
        for row in rows:
            own = numbers[row.line]
            if own and found and all(number in found for number in own):
                done.left_out.append((row.line, f"{own[0]} is {found[own[0]].words}"))
            else:
                kept.append(row)
        return kept

    def _numbers(self, lead: NewLead) -> list[str]:
        typed = (*lead.numbers, lead.values.get("phone", ""), lead.values.get("mobile", ""))
        read = (entry_of(text, self._default_region) for text in typed if text)
        return list(dict.fromkeys(entry.value for entry in read if entry))

    def _plan(self, page: Sequence[Row], done: Imported) -> None:
        known = self._looking.known(page)
        done.existing += [known[row.line].lead_id for row in page if row.line in known]
        new = [row for row in page if row.line not in known]
        for row in new:
            if row.lead.do_not_call and not self._crm.can_mark:
                done.left_out.append((row.line, _held_words()))
            else:
                done.would_create += 1
                self._looking.made(row.lead, "")
        done.marked += sum(row.lead.do_not_call for row in page)

    def _page(self, page: Sequence[Row], done: Imported) -> None:
        known = self._looking.known(page)
        self._note_names(page, known, done)
        there = {line: found.lead_id for line, found in known.items()}
        before = begun(self._db)
        named = {row.line: _name_of(row.lead) for row in page}
        note_begun(self._db, {*before, *(n for line, n in named.items() if line not in there)})
        # Created by an interrupted run: new as far as the file's notes are concerned.
        unfinished = {
            there[line] for line, name in named.items() if line in there and name in before
        }
        created = self._create([row for row in page if row.line not in there], there, done)
        said = {i: row.lead for row in page if (i := created.get(row.line, there.get(row.line)))}
        new = {*created.values(), *unfinished}
        done.created += created.values()
        done.existing += there.values()
        marked = [lead_id for lead_id, lead in said.items() if lead.do_not_call]
        absent = missing_leads(self._db, there.values())
        done.fetched += self._keeping.keep(list(dict.fromkeys((*new, *marked, *absent))), said, new)
        note_begun(self._db, before - set(named.values()))
        done.marked += len(marked)
        if not self._crm.can_mark:
            lines = [row.line for row in page if row.line in there and row.lead.do_not_call]
            done.left_out += [(line, _NO_FIELD) for line in lines]

    def _create(self, rows: Sequence[Row], there: dict[int, str], done: Imported) -> dict[int, str]:
        """Create people; return line to id, and add existing ones to ``there``."""
        created: dict[int, str] = {}
        try:
            answers = dict(zip((row.line for row in rows), self._add(rows), strict=True))
        except Unknown:
            answers = self._after_silence(rows)
        for row in rows:
            added = answers[row.line]
            if added.problem:
                done.left_out.append((row.line, added.problem))
            elif added.existed:
                there[row.line] = added.lead_id
            else:
                created[row.line] = added.lead_id
                self._looking.made(row.lead, added.lead_id)
        return created

    def _add(self, rows: Sequence[Row]) -> Sequence[Added]:
        return self._crm.add_leads([row.lead for row in rows], self._owner_id)

    def _after_silence(self, rows: Sequence[Row]) -> dict[int, Added]:
        """Find the people created although no answer came, and create the others where safe.

        The CRM refuses an existing e-mail address, so those are sent again. People without one are
        not: the first request may still be in progress in the CRM.
        """
        answers: dict[int, Added] = {}
        waiting = list(rows)
        for pause_s in self._looks_s:
            self._sleep(pause_s)
            found = self._looking.arrived(waiting)
            answers |= {line: Added(known.lead_id) for line, known in found.items()}
            waiting = [row for row in waiting if row.line not in answers]
            if all(row.lead.email for row in waiting):
                break
        again = [row for row in waiting if row.lead.email]
        answers |= zip((row.line for row in again), self._add(again), strict=True)
        answers |= {row.line: Added(problem=_NO_ANSWER) for row in waiting if not row.lead.email}
        return answers

    def _note_names(self, page: Sequence[Row], known: Mapping[int, Known], done: Imported) -> None:
        for row in page:
            found = known.get(row.line)
            if found is not None and not row.lead.email and is_other_name(found, row.lead):
                name = f"{found.first_name} {found.last_name}".strip()
                done.notes.append(
                    f"Line {row.line}: the CRM has this mobile number for {name} "
                    f"({found.lead_id}), who was left as they are."
                )


def _name_of(lead: NewLead) -> str:
    """Return a key that identifies a person of a file without revealing them."""
    told = lead.email or repr((lead.numbers, sorted(lead.values.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _begun(look: FileLook) -> Imported:
    done = Imported(
        len(look.sheet.rows) + len(look.sheet.broken),
        look.columns.named(),
        look.columns.ignored(),
        left_out=look.left_out,
        notes=list(look.sheet.notes),
    )
    split = [row for row in look.people.rows if row.split]
    if split:
        lead = split[0].lead.values
        said = f"{lead.get('first_name', '')} | {lead.get('last_name', '')}"
        done.notes.append(
            f"Names in one column were divided into first and last ({len(split)}), such as: {said}."
        )
    return done


def _held_words() -> str:
    return (
        "must not be called, and no do-not-call field of the account is named: "
        "run sdrdesk setup, or set [crm] do_not_call"
    )
