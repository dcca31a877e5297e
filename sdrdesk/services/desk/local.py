"""The desk of one rep on one machine: every service behind the one interface of screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sdrdesk.domain.errors import NotFoundError, SdrDeskError
from sdrdesk.services.account.rules import owner_problem, rep_for_log, rep_of
from sdrdesk.services.desk.wiring import DeskParts

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sdrdesk.domain.outcome.catalog import Disposition
    from sdrdesk.domain.outcome.plan import Entry
    from sdrdesk.services.call.outcomes import Also
    from sdrdesk.services.lead.at_risk import TravelView
    from sdrdesk.services.people.create import FileLook
    from sdrdesk.services.people.receipt import Imported
    from sdrdesk.services.reports.registry import Report, ReportName
    from sdrdesk.services.sync.outbox import Counts
    from sdrdesk.services.sync.status import Connection
    from sdrdesk.services.views.block import BlockPlan, BlockSummary, BlockUsual, BlockView
    from sdrdesk.services.views.desk import (
        CallView,
        ConflictView,
        Dialled,
        Disposed,
        FunnelView,
        Handed,
        LeadView,
        LogView,
        OutboxView,
        PracticeView,
        QueueRow,
        QueueSnapshot,
        ScriptView,
        StatusView,
        Undone,
        ViewChoice,
        WhyView,
    )

_AHEAD = 4
"""Leads chosen ahead: the outcome of one may close its whole company."""

JUST_CONVERTED = timedelta(hours=1)
"""A conversion older than this is announced to nobody: the steepest hour is over."""


class LocalDesk(DeskParts):
    """Implements ``services.desk.protocol.Desk`` on the local database."""

    # What is known without the disk.

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self._clock()

    def outcomes(self) -> Sequence[Disposition]:
        """Return the outcomes in the order of the file."""
        return tuple(self._rules.dispositions.values())

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        """Return (slot, label) of the qualification framework."""
        return self._scripts().slots

    # The queue.

    def queue(
        self,
        find: str = "",
        *,
        first: int = 0,
        as_of: datetime | None = None,
        view: str = "callable",
    ) -> QueueSnapshot:
        """Rank the queue at ``as_of`` (now when left out)."""
        return self._queue.snapshot(find, first=first, as_of=as_of, view=view)

    def narrowed(
        self,
        view: str = "callable",
        where: str = "",
        *,
        find: str = "",
        as_of: datetime | None = None,
    ) -> QueueSnapshot:
        """Rank the queue of a saved view, narrowed by conditions in words too."""
        return self._narrowing.queue(find, as_of, view, where)

    def working_queue(self, *, first: int = 0) -> QueueSnapshot:
        """Return the queue to work through: in the order of the block's recipe, if one runs."""
        return self.blocks.queue(first) if self._in_block else self._queue.snapshot(first=first)

    @property
    def _in_block(self) -> bool:
        """Whether a block runs: asked in one read, before anything about blocks is imported."""
        from sdrdesk.store.record.blocks import open_block

        me = rep_of(self._db, self._settings)
        return me is not None and open_block(self._db, me.owner_id) is not None

    def view_choices(self) -> Sequence[ViewChoice]:
        """Return the views there are."""
        return self._narrowing.choices()

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        """Return the rows of one page."""
        return self._queue.rows(snapshot, start, stop)

    def empty_words(self, snapshot: QueueSnapshot) -> str:
        """Say why nobody is in the list."""
        stranger = owner_problem(self._db, self._settings)
        return stranger if snapshot.total and stranger else self._queue.empty_words(snapshot)

    def why(self, lead_id: str) -> WhyView:
        """Return where a lead stands and why."""
        return self._queue.why(lead_id)

    def funnel(self) -> FunnelView:
        """Return the waterfall."""
        return self._queue.funnel()

    # One lead.

    def lead(self, lead_id: str) -> LeadView:
        """Return one lead whole."""
        return self._leads.view(lead_id)

    def script(self, lead_id: str) -> ScriptView:
        """Return the best matching script, rendered."""
        me = rep_of(self._db, self._settings)
        rep = self._settings.rep.name or (me.name if me else "")
        return self._scripts().script_for(self._leads.need(lead_id), rep, self._clock())

    # What a rep decides about a lead without a call.

    def snooze(self, lead_id: str, until: datetime, reason: str = "") -> None:
        """Let a lead rest until a moment."""
        self.deciding.snooze(lead_id, until, reason)

    def skip(self, lead_id: str, reason: str) -> None:
        """Put a lead aside for an hour, with a reason."""
        self.deciding.skip(lead_id, reason)

    def pin(self, lead_id: str, pinned: bool) -> None:
        """Keep a lead on top, or let it go."""
        self.deciding.pin(lead_id, pinned)

    def set_zone(self, lead_id: str, zone: str) -> None:
        """Settle a lead's time zone."""
        self.deciding.set_zone(lead_id, zone)

    def close_callback(self, lead_id: str) -> None:
        """Close a promised callback without a call."""
        self.deciding.close_callback(lead_id)

    def personas(self) -> Sequence[str]:
        """Return the labels of the personas the account offers."""
        return tuple(option.label for option in self.deciding.personas())

    def set_persona(self, lead_id: str, persona: str) -> str:
        """Correct a lead's persona here and upstream; return the label it has now."""
        return self.deciding.set_persona(lead_id, persona)

    def set_first_line(self, lead_id: str, text: str) -> None:
        """Keep what to say first in the lead's next call; ``""`` for nothing."""
        self.deciding.set_first_line(lead_id, text)

    # What the next hours will break.

    def travel(self, hours: int) -> TravelView:
        """Return what breaks within so many hours, the soonest first."""
        return self._travel.ahead(hours)

    # Outcomes.

    def parse_when(self, lead_id: str, text: str, *, past: bool = False) -> datetime:
        """Read a person's words for a time in the lead's zone."""
        return self._calling.when(lead_id, text, past=past)

    def window_note(self, lead_id: str, at: datetime) -> str:
        """Return why ``at`` is a bad moment to call the lead, in words; ``""`` when it is fine."""
        return self._queue.window_note(self._leads.need(lead_id).lead_id, at)

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        """Return what recording ``entry`` would change, line by line."""
        return self._calling.preview(lead_id, entry)

    def dispose(self, lead_id: str, entry: Entry) -> Disposed:
        """Record an outcome in one transaction."""
        blocks = self.blocks if self._in_block else None
        note = blocks.note(lead_id) if blocks else None
        called = bool(entry.number) and not entry.without_call
        entry, used = self._with_line(lead_id, entry)
        done = self._calling.dispose(lead_id, entry, *(x for x in (note, used) if x is not None))
        joined = False
        if "deciding" in self.__dict__:  # else there is no decision yet that undo must forget
            self._taking_back.recorded(done.activity_key)
            joined = self._taking_back.joined
        if not joined:  # who settles many leads is not on the way to the next
            # Chosen or judged after recording: the outcome may have closed a whole company.
            after = self._ahead.after(lead_id) if called else None
            after = after or (blocks or self._queue).next_after(lead_id)
            done = done._replace(next_lead_id=after)
        return done if entry.meeting_at is None else self._with_file(done)

    def look_ahead(self, lead_id: str) -> None:
        """Choose who comes after a lead, so that the outcome's key need not wait for it."""
        at = self._clock()
        queue = self.blocks if self._in_block else self._queue
        self._ahead.keep(lead_id, at, queue.ahead_of(lead_id, _AHEAD))

    def _with_file(self, done: Disposed) -> Disposed:
        try:
            path = self.meetings.write(done.activity_key)
        except SdrDeskError as error:
            said = " ".join(part for part in (done.problem, str(error)) if part)
            return done._replace(problem=said)
        return done._replace(meeting_file=str(path or ""))

    def _with_line(self, lead_id: str, entry: Entry) -> tuple[Entry, Also | None]:
        from sdrdesk.store.record.opening_lines import first_line

        line = first_line(self._db, lead_id)
        if not line:
            return entry, None
        from sdrdesk.services.call.opening_line import carry

        return carry(self._calling.disposition(entry.disposition), line, entry)

    def disposed_now(self, done: Disposed) -> Disposed:
        """Return ``done`` with its outbox items in the states they have now."""
        states = {item.key: item.state for item in self._sending.items(sent=True)}
        fresh = tuple((key, kind, states.get(key, was)) for key, kind, was in done.outbox)
        return done._replace(outbox=fresh)

    def together(self) -> AbstractContextManager[None]:
        """Make what is decided and recorded inside one for ``undo``."""
        return self._taking_back.together()

    def undo(self, reason: str = "", outcome: str = "") -> Undone:
        """Take back what was done last: a decision of this desk, else the last outcome."""
        self._ahead.forget()
        undone = self._taking_back.undo(reason, outcome)
        if not undone.lifted:
            return undone
        blocked = self._queue.why(undone.lead_id).blocked_by
        holds = [block.text for block in blocked if block.rule == "do_not_call"]
        still = f"still may not be called: {', '.join(holds)}" if holds else "may be called again"
        return undone._replace(message=f"{undone.message} {undone.lead_name} {still}.")

    # The call block.

    def block_usual(self) -> BlockUsual:
        """Return what the form of a new block begins with."""
        return self.blocks.usual()

    def block_plan(self, length: str, goal: str, recipe: str) -> BlockPlan:
        """Read a block as typed; nothing is started."""
        return self.blocks.plan(length, goal, recipe)

    def start_block(self, length: str, goal: str, recipe: str) -> BlockView:
        """Start a block."""
        self._ahead.forget()
        return self.blocks.start(length, goal, recipe)

    def pause_block(self, reason: str) -> BlockView:
        """Let the clock of the block stand."""
        return self.blocks.pause(reason)

    def resume_block(self) -> BlockView:
        """Let the clock of the block run again."""
        return self.blocks.resume()

    def end_block(self) -> BlockSummary:
        """End the block and say what happened."""
        self._ahead.forget()
        return self.blocks.end()

    def block_summary(self) -> BlockSummary | None:
        """Return the running block so far, else the last one."""
        return self.blocks.summary()

    def block_news(self) -> str:
        """Return what the rep must hear of the block once."""
        return self.blocks.news() if self._in_block else ""

    def keep_block(self, summary: BlockSummary) -> str:
        """Write a summary as Markdown beside the database; return where it is."""
        from sdrdesk.services.block.text import keep_markdown

        return str(keep_markdown(self._db.path.parent / "blocks", summary, self._zone))

    # The call in progress.

    def start_call(self, lead_id: str, number: str) -> CallView:
        """Journal the start of a call."""
        from sdrdesk.store.record.opening_lines import first_line

        call = self._in_call.start(lead_id, number)
        call = call._replace(first_line=first_line(self._db, lead_id))
        running = self.blocks.current() if self._in_block else None
        if running is not None and running.block.pause is not None:
            self.blocks.resume()  # who calls is not on a break
        return call

    def save_call(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        """Journal what was typed so far."""
        self._in_call.save(note, qualify, script_id)

    def talk(self, talking: bool) -> CallView | None:
        """Note that somebody picked up now, or that nobody did after all."""
        return self._in_call.talk(talking)

    def current_call(self) -> CallView | None:
        """Return the call this desk is in, also one left over from a crash."""
        return self._in_call.current()

    def end_call(self) -> None:
        """Forget the call in progress without an outcome."""
        self._in_call.end()

    def dial(self, lead_id: str, number: str) -> Dialled:
        """Hand a number to the rep's phone, as configured."""
        return self._dialing.dial(lead_id, number)

    def auto_start_s(self) -> int:
        """Return the seconds after which the next call begins by itself, 0 for never."""
        return self._settings.calls.auto_start_s

    def has_booking_page(self) -> bool:
        """Return whether a booking page is configured."""
        return bool(self._settings.calls.booking_url)

    def open_booking_page(self, lead_id: str) -> Handed:
        """Open the booking page for a lead."""
        return self._dialing.open_booking_page(lead_id)

    def import_look(self, path: str, mapped: Mapping[str, str], ignored: Sequence[str]) -> FileLook:
        """Read a file of people: where each column goes, and who is in it."""
        from pathlib import Path

        from sdrdesk.services.sheets.files import Reading

        file = Path(path.strip()).expanduser()
        return self.importing.look(file, Reading(mapped=mapped), ignored)

    def import_people(
        self, look: FileLook, *, dry_run: bool, on_progress: Callable[[int, int], None]
    ) -> Imported:
        """Import the people of a file."""
        return self.importing.run(look, dry_run=dry_run, on_progress=on_progress)

    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        """In a demo, how the lead answers."""
        return self._practice(lead_id, number) if self._practice else None

    # What waits, what the day was.

    def status(self) -> StatusView:
        """Return the state line."""
        return self._status.view()._replace(block=self.blocks.current() if self._in_block else None)

    def heard(self, connection: Connection, detail: str = "") -> None:
        """Tell the state line how the last sync round went. Thread-safe."""
        self._status.heard(connection, detail)

    def outbox(self, sent: bool = False) -> list[OutboxView]:
        """Return what waits or was refused."""
        return self._sending.items(sent=sent)

    def retry(self, key: str) -> None:
        """Queue a refused item again."""
        self._sending.retry(self._key_of(key))

    def drop(self, key: str) -> None:
        """Give up on a refused item."""
        self._sending.drop(self._key_of(key))

    def _key_of(self, text: str) -> str:
        found = [item.key for item in self._sending.items(sent=True) if item.key.startswith(text)]
        if len(found) != 1:
            raise NotFoundError(
                f"No outbox item has the key {text}."
                if not found
                else f"{len(found)} outbox items begin with {text}.",
                kept="Nothing was changed.",
                next_step="`sdrdesk outbox --json` lists whole keys.",
            )
        return found[0]

    def outbox_counts(self) -> Counts:
        """Return how many outbox items wait, by state."""
        return self._sending.counts()

    def push_due_s(self) -> float | None:
        """Return the seconds until the next outbox item may be sent, ``None`` for none."""
        return self._sending.push_due_s()

    def just_converted(self, lead_ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``lead_ids`` that are callable in my queue and converted just now."""
        return tuple(
            item.lead_id
            for item in self._queue.callable_of(lead_ids)
            if item.converted_at is not None and self._clock() - item.converted_at <= JUST_CONVERTED
        )

    def conflicts(self) -> list[ConflictView]:
        """Return the open conflicts."""
        return self._sending.conflicts()

    def settle(self, key: str, take: Literal["mine", "theirs"]) -> None:
        """Settle one conflict."""
        self._sending.settle(key, take)

    def log(self, day: date, rep: str = "") -> LogView:
        """Return one day's activity log."""
        return self._log.day(day, rep, rep_for_log(self._db, self._settings))

    def report(self, name: ReportName, first: date, last: date) -> Report:
        """Count a team report over days."""
        from sdrdesk.services.reports.reader import Reader
        from sdrdesk.services.reports.registry import make_report

        rules = self._rules
        sla = rules.sla.in_zone(self._zone.key)
        reader = Reader(self._db, rules.dispositions, sla, self._zone, self._clock)
        return make_report(reader, name, first, last)

    def definitions(self) -> Sequence[tuple[str, str]]:
        """Return what every number means."""
        from sdrdesk.services.reports.definitions import definitions

        return tuple(definitions(self._rules.sla.targets).items())

    def comment(self, activity_key: str, words: str, *, upstream: bool) -> str:
        """Comment on a call."""
        from sdrdesk.services.log.comments import CommentingService

        service = CommentingService(self._db, self._settings, self._clock)
        return service.comment(activity_key, words, upstream=upstream)

    def reps(self) -> list[tuple[str, str]]:
        """Return everybody whose work the log may hold, by name."""
        return self._log.reps()
