"""Decisions, corrections of data, cadences and imports of the desk in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sdrdesk.domain.crm.records import Known, NewLead
from sdrdesk.domain.errors import (
    UnreachableError,
    UsageError,
)
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.edit import EDIT_FIELDS, read_edits, value_of
from sdrdesk.domain.people.new_person import read_new
from sdrdesk.services.cadence.service import CadenceEnd
from sdrdesk.services.lead.edits import Edited
from sdrdesk.services.people.add import AddedPerson
from sdrdesk.services.people.create import FileLook, look_at
from sdrdesk.services.people.merge import Merged, MergePlan, Twin
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.files import Reading, read_content
from sdrdesk.store.cadences.reading import NamedRun
from sdrdesk.store.cadences.runs import Run
from sdrdesk.store.database.timestamps import to_ms
from tests.support.fake_office import (
    GRACE,
    ME,
    Part,
)

PEOPLE = """\
Name,Firma,Durchwahl,Mail,Reach me on,Shoe size
Sam van der Lee,Straße & Söhne,+49 30 5550142,sam@example.com,+49 175 5550142,44
"Zúñiga, Begoña",Acme [/x] Inc,,begona@example.com,,38
Nobody,,,,,
"""
"""The list that every import reads."""


class FakeDecisions(Part):
    def snooze(
        self,
        lead_id: str,
        until: datetime | None,
        reason: str = "",
        *,
        firm: bool = False,
        with_promise: bool | None = None,
    ) -> None:
        self._desk.snoozes[lead_id] = (until, firm, with_promise)
        until = until or self._desk.at + timedelta(days=999)
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), next_due_at=until)

    def callbacks_before(
        self, ends: Mapping[str, datetime | None], *, due: bool = False
    ) -> dict[str, datetime]:
        found = {lead_id: self._desk.need(lead_id).callback_at for lead_id in ends}
        return {
            lead_id: at
            for lead_id, at in found.items()
            if at is not None and (due or self._desk.at < at) and at < (ends[lead_id] or at + GRACE)
        }

    def skip(self, lead_id: str, reason: str, until: datetime | None = None) -> None:
        self._desk.skipped[self._desk.need(lead_id).lead_id] = reason

    def pin(self, lead_id: str, pinned: bool) -> None:
        (self._desk.pinned.add if pinned else self._desk.pinned.discard)(
            self._desk.need(lead_id).lead_id
        )

    def close_callback(self, lead_id: str) -> None:
        if self._desk.need(lead_id).callback_at is None:
            raise UsageError("No callback is open.")
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), callback_at=None)

    def finish_task(self, key: str) -> str:
        self._desk.tasks[key] = None
        return "Sam"

    def move_task(self, key: str, due_at: datetime) -> str:
        self._desk.tasks[key] = due_at
        return "Sam"

    def personas(self) -> Sequence[str]:
        return ("Plant Manager", "Head of Operations")

    def set_persona(self, lead_id: str, persona: str) -> str:
        if persona and persona not in self.personas():
            raise UsageError(f"The account has no persona {persona!r}.")
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), persona=persona)
        return persona

    def assign(self, lead_id: str, owner: str) -> str:
        self._desk.need(lead_id)
        self._desk.assigned.append((lead_id, owner))
        return owner

    def set_first_line(self, lead_id: str, text: str) -> None:
        self._desk.first_lines[self._desk.need(lead_id).lead_id] = text

    def set_zone(self, lead_id: str, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"{zone} is not a time zone.", next_step="Such as Europe/Dublin."
            ) from error
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), rep_time_zone=zone)


class FakeCadences(Part):
    def names(self) -> Sequence[tuple[str, str]]:
        return [("no-show", "No-show"), ("fresh-demo-request", "Fresh demo request")]

    def run(self, lead_id: str) -> NamedRun | None:
        return self._desk.cadence_runs.get(lead_id)

    def start(self, lead_id: str, name: str) -> NamedRun:
        lead, at_ms = self._desk.need(lead_id), to_ms(self._desk.at)
        run = Run("r", lead_id, name, ME, "lead", ME, at_ms, 0, 4, "call", at_ms, at_ms)
        made = NamedRun(run, lead.name, lead.company_name)
        self._desk.cadence_runs[lead_id] = made
        return made

    def stop(self, lead_id: str, name: str = "") -> NamedRun:
        return self._desk.cadence_runs.pop(lead_id)

    def end_of(self, lead_id: str) -> CadenceEnd | None:
        found = self._desk.cadence_runs.get(lead_id)
        if found is None or found.run.step < found.run.steps:
            return None
        run = found.run
        return CadenceEnd(lead_id, found.name, run.cadence, run.what, "")

    def runs(self, cadence: str = "", *, everybody: bool = False) -> list[NamedRun]:
        return list(self._desk.cadence_runs.values())


class FakeEdits(Part):
    def values(self, lead_id: str) -> dict[str, str]:
        lead = self._desk.need(lead_id)
        return {name: value_of(lead, field) for name, field in EDIT_FIELDS.items()}

    def new(self, given: Mapping[str, str]) -> NewLead:
        return read_new(given, "DE")

    def plan(self, lead_id: str, given: Mapping[str, str]) -> Edited:
        lead = self._desk.need(lead_id)
        return Edited(lead_id, lead.name, read_edits(lead, given, "DE"), ())

    def edit(
        self, lead_id: str, given: Mapping[str, str], seen: Mapping[str, str] | None = None
    ) -> Edited:
        made = self.plan(lead_id, given)
        changes: dict[str, Any] = {edit.field: edit.new for edit in made.edits}
        self._desk.by_id[lead_id] = replace(self._desk.need(lead_id), **changes)
        return made._replace(lead_name=self._desk.need(lead_id).name)


class FakePeople(Part):
    def look(self, path: Path, reading: Reading, ignored: Sequence[str] = ()) -> FileLook:
        if path.suffix != ".csv":
            raise UsageError(f"{path} cannot be imported: it is not a file.")
        sheet = read_content(self._desk.people_file.encode(), ".csv", reading)
        return look_at(path, sheet, reading.mapped or {}, ignored)

    def run(
        self,
        look: FileLook,
        *,
        dry_run: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Imported:
        people = [str(row.line) for row in look.people.rows]
        if on_progress is not None:
            on_progress(1, len(people))
        self._desk.import_may_end.wait(10)
        self._desk.imports.append((look, dry_run))
        done = Imported(len(look.sheet.rows), look.columns.named(), left_out=look.left_out)
        if dry_run:
            done.would_create = len(people)
        else:
            done.created = people
        return done

    def add(self, given: Mapping[str, str], *, anyway: bool = False) -> AddedPerson:
        new = read_new(given, "DE")
        if self._desk.no_network:
            raise UnreachableError("The CRM cannot be reached.", next_step="Try again later.")
        there = next((x for x in self._desk.by_id.values() if x.email == new.email), None)
        if there is not None and new.email:
            return AddedPerson(there.lead_id, there.name, created=False)
        leads = self._desk.by_id.values()
        same = [x for x in leads if x.phone.replace(" ", "") in new.numbers]
        if same and not anyway:
            one = same[0]
            known = Known(one.lead_id, one.first_name, one.last_name, (one.phone,))
            return AddedPerson("", "", created=False, alike=(known,))
        names: dict[str, Any] = {
            k: v for k, v in new.values.items() if k in ("first_name", "last_name")
        }
        lead = Lead(f"9{len(self._desk.by_id)}", email=new.email, **names)
        self._desk.by_id[lead.lead_id] = lead
        return AddedPerson(lead.lead_id, lead.name, created=True)

    def twins(self, lead_id: str) -> tuple[Lead, tuple[Twin, ...]]:
        lead = self._desk.need(lead_id)
        same = [x for x in self._desk.by_id.values() if x.phone == lead.phone and x is not lead]
        twins = (Twin(x.lead_id, x.name, x.company_name, "phone", x.email, x.phone) for x in same)
        return lead, tuple(twins)

    def plan_merge(self, keep_id: str, other_id: str) -> MergePlan:
        keep, other = self._desk.need(keep_id), self._desk.need(other_id)
        return MergePlan(keep, other, (("E-mail", keep.email, other.email),), (), False)

    def merge(self, keep_id: str, other_id: str) -> Merged:
        if self._desk.no_network:
            raise UnreachableError("The CRM cannot be reached.", next_step="Try again later.")
        del self._desk.by_id[other_id]
        return Merged(keep_id, self._desk.need(keep_id).name)
