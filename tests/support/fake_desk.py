"""A small desk over leads in memory, with the product's own rules: ranking, outcomes, times.

It keeps no file and has no network; everything a screen can ask for works, deterministically, at
the moment ``at``. Tests move time by setting ``at``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import ReasonNeeded, SdrDeskError, UsageError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.domain.outcome.plan import AccountRules, Entry, plan
from sdrdesk.domain.text.parse_time import parse_when
from sdrdesk.services.lead.undo_text import took_back_many
from sdrdesk.services.people.create import FileLook, look_at
from sdrdesk.services.people.receipt import Imported
from sdrdesk.services.sheets.files import Reading, read_content
from sdrdesk.services.views.desk import (
    CallView,
    Dialled,
    Disposed,
    Handed,
    PracticeView,
    ScriptView,
    Undone,
)
from tests.support.fake_office import GRACE, ME, Recorded
from tests.support.fake_queue import FakeQueue
from tests.support.fake_script import demo_script

PEOPLE = """\
Name,Firma,Durchwahl,Mail,Reach me on,Shoe size
Sam van der Lee,Straße & Söhne,+49 30 5550142,sam@example.com,+49 175 5550142,44
"Zúñiga, Begoña",Acme [/x] Inc,,begona@example.com,,38
Nobody,,,,,
"""
"""The list that every import reads."""
RETRY = {"no_answer": 3, "left_voicemail": 24, "busy": 1, "gatekeeper": 4}


@dataclass
class FakeDesk(FakeQueue):
    """A ``Desk`` over leads in memory."""

    demo: PracticeView | None = None
    call: CallView | None = None
    note_saved: threading.Event = field(default_factory=threading.Event)
    saves: int = 0
    phone: Dialled = field(default_factory=lambda: Dialled("none", "", ""))
    """The result of every dial."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.entries: list[Entry] = []
        self.reasons: list[str] = []
        """Why outcomes were taken back."""
        self.bulk: list[Recorded] = []
        """The last batch of outcomes."""
        self.looked_ahead: list[str] = []
        self.keys = 0
        self.dialled: list[tuple[str, str]] = []
        self.booking_page = ""
        self.starts_by_itself_s = 0
        self.pages_opened: list[str] = []
        self.people_file = PEOPLE
        self.imports: list[tuple[FileLook, bool]] = []
        self.import_may_end = threading.Event()
        self.import_may_end.set()

    # -- cheap ---------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.at

    def outcomes(self) -> Sequence[Disposition]:
        return tuple(self.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        return (
            ("budget", "Budget"),
            ("authority", "Authority"),
            ("need", "Need"),
            ("timing", "Timing"),
        )

    # -- outcomes ------------------------------------------------------------------------------

    def _disposition(self, key: str) -> Disposition:
        if key not in self.dispositions:
            raise UsageError(f"There is no outcome {key}.")
        return self.dispositions[key]

    def _key(self) -> str:
        self.keys += 1
        return f"00000000-0000-4000-8000-{self.keys:012d}"

    def parse_when(self, lead_id: str, text: str) -> datetime:
        return parse_when(text, ZoneInfo(self._zone(self._get(lead_id)) or "UTC"), self.at)

    def window_note(self, lead_id: str, at: datetime) -> str:
        zone = self._zone(self._get(lead_id))
        there = at.astimezone(ZoneInfo(zone or "UTC"))
        if there.weekday() > 4:
            return f"{there:%A} there"
        return "" if 8 <= there.hour < 18 else f"{there:%H:%M} there, outside 08:00–18:00"

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        lead, outcome = self._get(lead_id), self._disposition(entry.disposition)
        made = plan(lead, outcome, entry, AccountRules(), ME, lambda: "x", None, self.at + GRACE)
        return made.preview

    def look_ahead(self, lead_id: str) -> None:
        self.looked_ahead.append(lead_id)

    def dispose(self, lead_id: str, entry: Entry) -> Disposed:
        lead, outcome = self._get(lead_id), self._disposition(entry.disposition)
        hours = RETRY.get(outcome.key)
        due = self.at + timedelta(hours=hours) if hours else None
        made = plan(lead, outcome, entry, AccountRules(), ME, self._key, due, self.at + GRACE)
        change = made.change
        self.by_id[lead_id] = replace(
            lead,
            attempts=lead.attempts + change.attempts_delta,
            last_attempt_at=change.last_attempt_at or lead.last_attempt_at,
            next_due_at=change.next_due_at,
            callback_at=change.callback_at,
            callback_note=change.callback_note,
            status=change.fields.get("status", lead.status),
            lifecycle=change.fields.get("lifecycle", lead.lifecycle),
            do_not_call=lead.do_not_call or bool(change.suppress),
        )
        if change.number_held:
            self.held_numbers.add((lead_id, change.number_held.replace(" ", "")))
        if change.leaves_queue:
            self.skipped[lead_id] = "worked for now"
        self.records.append(Recorded(made.activity, made.items, lead, outcome.label))
        self.entries.append(entry)
        self.pinned.discard(lead_id)
        self.call = None
        ids = self.working_queue().lead_ids
        return Disposed(
            made.activity.activity_key,
            lead_id,
            lead.name,
            outcome.key,
            outcome.label,
            self.at + GRACE,
            tuple((x.key, x.kind.value, OutboxState.HELD.value) for x in made.items),
            next((x for x in ids if x != lead_id), None),
            "/home/rita/meetings/2026-11-20-1430-x.ics" if entry.meeting_at else "",
        )

    @contextmanager
    def together(self) -> Iterator[None]:
        before = len(self.records)
        yield
        self.bulk = self.records[before:] or self.bulk

    def undo(self, reason: str = "", outcome: str = "") -> Undone:
        last = next((x for x in reversed(self.records) if not x.undone), None)
        if last is None:
            raise SdrDeskError("There is nothing to take back.")
        sent = self.at >= last.activity.at + GRACE + timedelta(seconds=last.activity.duration_s)
        if sent and last.activity.disposition == "do_not_call" and not reason:
            raise ReasonNeeded(last.activity.activity_key, last.before.name, last.label)
        self.reasons.append(reason)
        if last not in self.bulk:
            return self._take_back(last)
        done = [self._take_back(x) for x in reversed(self.bulk) if not x.undone]
        first = done[-1]
        names = [x.lead_name for x in done[::-1]]
        said = took_back_many(f"{first.label} for", names, len(done), 0, ())
        return first._replace(message=said, leads=len(done))

    def _take_back(self, last: Recorded) -> Undone:
        last.undone = True
        lead_id = last.activity.lead_id
        self.by_id[lead_id] = last.before
        self.skipped.pop(lead_id, None)
        clean = self.at < last.activity.at + GRACE + timedelta(seconds=last.activity.duration_s)
        words = "nothing had left" if clean else "a correction was recorded"
        return Undone(
            lead_id,
            last.before.name,
            last.label,
            clean,
            f"{last.label} for {last.before.name} taken back; {words}.",
            note=last.activity.note if clean else "",
            qualify=tuple(last.activity.qualify.items()) if clean else (),
        )

    # -- decisions -----------------------------------------------------------------------------

    def snooze(self, lead_id: str, until: datetime, reason: str = "") -> None:
        self.by_id[lead_id] = replace(self._get(lead_id), next_due_at=until)

    def skip(self, lead_id: str, reason: str) -> None:
        self.skipped[self._get(lead_id).lead_id] = reason

    def pin(self, lead_id: str, pinned: bool) -> None:
        (self.pinned.add if pinned else self.pinned.discard)(self._get(lead_id).lead_id)

    def close_callback(self, lead_id: str) -> None:
        if self._get(lead_id).callback_at is None:
            raise UsageError("No callback is open.")
        self.by_id[lead_id] = replace(self._get(lead_id), callback_at=None)

    def personas(self) -> Sequence[str]:
        return ("Plant Manager", "Head of Operations")

    def set_persona(self, lead_id: str, persona: str) -> str:
        if persona and persona not in self.personas():
            raise UsageError(f"The account has no persona {persona!r}.")
        self.by_id[lead_id] = replace(self._get(lead_id), persona=persona)
        return persona

    def set_first_line(self, lead_id: str, text: str) -> None:
        self.first_lines[self._get(lead_id).lead_id] = text

    def set_zone(self, lead_id: str, zone: str) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"{zone} is not a time zone.", next_step="Such as Europe/Dublin."
            ) from error
        self.by_id[lead_id] = replace(self._get(lead_id), rep_time_zone=zone)

    # -- the call ------------------------------------------------------------------------------

    def script(self, lead_id: str) -> ScriptView:
        return demo_script(self._get(lead_id))

    def start_call(self, lead_id: str, number: str) -> CallView:
        if self.call is None or self.call.lead_id != lead_id:
            line = self.first_lines.get(lead_id, "")
            self.call = CallView(
                self._get(lead_id).lead_id, number, self.at, note=line, first_line=line
            )
        if self.block is not None and self.block.pause is not None:
            self.resume_block()
        return self.call

    def save_call(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        if self.call is not None:
            self.call = self.call._replace(note=note, qualify=dict(qualify), script_id=script_id)
            self.saves += 1
            self.note_saved.set()

    def talk(self, talking: bool) -> CallView | None:
        if self.call is not None:
            self.call = self.call._replace(talking_at=self.at if talking else None)
        return self.call

    def current_call(self) -> CallView | None:
        return self.call

    def end_call(self) -> None:
        self.call = None

    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        return self.demo

    def import_look(self, path: str, mapped: Mapping[str, str], ignored: Sequence[str]) -> FileLook:
        if not path.endswith(".csv"):
            raise UsageError(f"{path} cannot be imported: it is not a file.")
        sheet = read_content(self.people_file.encode(), ".csv", Reading(mapped=mapped))
        return look_at(Path(path), sheet, mapped, ignored)

    def import_people(
        self, look: FileLook, *, dry_run: bool, on_progress: Callable[[int, int], None]
    ) -> Imported:
        people = [str(row.line) for row in look.people.rows]
        on_progress(1, len(people))
        self.import_may_end.wait(10)
        self.imports.append((look, dry_run))
        done = Imported(len(look.sheet.rows), look.columns.named(), left_out=look.left_out)
        if dry_run:
            done.would_create = len(people)
        else:
            done.created = people
        return done

    def dial(self, lead_id: str, number: str) -> Dialled:
        self.dialled.append((lead_id, number))
        return self.phone._replace(number=number)

    def auto_start_s(self) -> int:
        return self.starts_by_itself_s

    def has_booking_page(self) -> bool:
        return bool(self.booking_page)

    def open_booking_page(self, lead_id: str) -> Handed:
        self.pages_opened.append(lead_id)
        return Handed("The booking page is open.")
