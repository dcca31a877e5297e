"""The one interface screens are written against.

Every method may block on the disk, never on the network (except ``practice`` and
``import_people``), and must be called off the UI thread unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    # Only names of types: who draws the first row need not load what the others show.
    from sdrdesk.domain.outcome.catalog import Disposition
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.services.lead.at_risk import TravelView
    from sdrdesk.services.people.create import FileLook
    from sdrdesk.services.people.receipt import Imported
    from sdrdesk.services.reports.registry import Report, ReportName
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
        SyncEvent,
        Undone,
        ViewChoice,
        WhyView,
    )


class Desk(Protocol):
    """Everything a rep can do. Errors are ``SdrDeskError`` with words for the rep."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC. Cheap: may be called on the UI thread."""
        ...

    def outcomes(self) -> Sequence[Disposition]:
        """Return the outcomes in the order of their keys. Cheap."""
        ...

    def qualify_slots(self) -> Sequence[tuple[str, str]]:
        """Return (slot, label) of the qualification framework. Cheap."""
        ...

    def queue(self, find: str = "", *, first: int = 0) -> QueueSnapshot:
        """Rank the queue now; ``find`` narrows it by name, company, phone or e-mail.

        With ``first`` so many leads are enough: the snapshot may hold no more (``whole`` is false).
        """
        ...

    def narrowed(self, view: str = "callable", where: str = "", *, find: str = "") -> QueueSnapshot:
        """Rank the queue of a saved view, narrowed by conditions in words (``where``) too.

        Raises UsageError for a view that is not there or words that are not understood.
        """
        ...

    def working_queue(self, *, first: int = 0) -> QueueSnapshot:
        """Rank the queue to work through: in the order of the block's recipe while one runs.

        ``first`` as for ``queue``.
        """
        ...

    def view_choices(self) -> Sequence[ViewChoice]:
        """Return the views there are. Cheap."""
        ...

    def rows(self, snapshot: QueueSnapshot, start: int, stop: int) -> list[QueueRow]:
        """Return the rows of one page of a snapshot."""
        ...

    def lead(self, lead_id: str) -> LeadView:
        """Return one lead whole. Raises NotFoundError."""
        ...

    def why(self, lead_id: str) -> WhyView:
        """Return where a lead stands and why."""
        ...

    def funnel(self) -> FunnelView:
        """Return the waterfall from all leads to the callable ones."""
        ...

    def script(self, lead_id: str) -> ScriptView:
        """Return the best matching script, rendered."""
        ...

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        """Return what recording ``entry`` would change upstream, line by line."""
        ...

    def dispose(self, lead_id: str, entry: Entry) -> Disposed:
        """Record an outcome: one transaction for what happened and what must be sent."""
        ...

    def look_ahead(self, lead_id: str) -> None:
        """Choose who comes after a lead, so that the outcome's key need not wait for it."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Make all acts inside one for ``undo``: what is done to many leads at once."""
        ...

    def undo(self, reason: str = "", outcome: str = "") -> Undone:
        """Take back what was done last: skip, snooze, pin, zone, persona, else the last outcome.

        Of what was done to many leads at once, all of it. An outcome that was already sent gets a
        correction. ``outcome`` names the only one that may be taken back, by its activity key.

        Raises ReasonNeeded for a "do not call" that was sent, without a ``reason``.
        """
        ...

    def parse_when(self, lead_id: str, text: str) -> datetime:
        """Read a person's words for a time in the lead's zone. Raises UsageError. Cheap."""
        ...

    def window_note(self, lead_id: str, at: datetime) -> str:
        """Return why ``at`` is a bad moment to call the lead, in words; ``""`` when it is fine."""
        ...

    def snooze(self, lead_id: str, until: datetime, reason: str = "") -> None:
        """Let a lead rest until a moment."""
        ...

    def skip(self, lead_id: str, reason: str) -> None:
        """Put a lead aside until the end of this session, with a reason."""
        ...

    def pin(self, lead_id: str, pinned: bool) -> None:
        """Keep a lead on top, or let it go."""
        ...

    def set_zone(self, lead_id: str, zone: str) -> None:
        """Settle a lead's time zone (IANA). Raises UsageError for an unknown name."""
        ...

    def close_callback(self, lead_id: str) -> None:
        """Close a promised callback without a call. Raises UsageError when none is open."""
        ...

    def personas(self) -> Sequence[str]:
        """Return the labels of the personas the account offers."""
        ...

    def set_persona(self, lead_id: str, persona: str) -> str:
        """Correct a lead's persona here and upstream; ``""`` lets the rules infer it again.

        Returns the label the lead has now. Raises UsageError for one the account does not have.
        """
        ...

    def set_first_line(self, lead_id: str, text: str) -> None:
        """Keep what to say first in the lead's next call (its first note); ``""`` for nothing.

        A try that does not get through keeps it; ``undo`` takes it back.
        """
        ...

    def travel(self, hours: int) -> TravelView:
        """Return what breaks within so many hours: promises, SLAs, windows; the soonest first."""
        ...

    def block_usual(self) -> BlockUsual:
        """Return what the form of a new block begins with."""
        ...

    def block_plan(self, length: str, goal: str, recipe: str) -> BlockPlan:
        """Read a block as typed; nothing is started. Raises UsageError."""
        ...

    def start_block(self, length: str, goal: str, recipe: str) -> BlockView:
        """Start a block. Raises UsageError, also when one runs."""
        ...

    def pause_block(self, reason: str) -> BlockView:
        """Let the clock of the block stand. Raises UsageError without one."""
        ...

    def resume_block(self) -> BlockView:
        """Let the clock of the block run again. Raises UsageError when it runs."""
        ...

    def end_block(self) -> BlockSummary:
        """End the block and say what happened. Raises UsageError without one."""
        ...

    def block_summary(self) -> BlockSummary | None:
        """Return the running block so far, else the last one, ``None`` without any."""
        ...

    def block_news(self) -> str:
        """Return what the rep must hear of the block once (time over, goal reached), else ``""``.

        What was returned is taken for told, also after a restart.
        """
        ...

    def keep_block(self, summary: BlockSummary) -> str:
        """Write a summary as Markdown; return the path. Raises SdrDeskError."""
        ...

    def start_call(self, lead_id: str, number: str) -> CallView:
        """Journal the start of a call, or return the one already in progress on this lead."""
        ...

    def save_call(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        """Journal what was typed so far."""
        ...

    def talk(self, talking: bool) -> CallView | None:
        """Note that somebody picked up now, or (False) that nobody did; ``None`` without a call."""
        ...

    def current_call(self) -> CallView | None:
        """Return the call this desk is in, also one left over from a crash."""
        ...

    def end_call(self) -> None:
        """Forget the call in progress without an outcome."""
        ...

    def dial(self, lead_id: str, number: str) -> Dialled:
        """Hand a number to the rep's phone, as configured; may take a moment.

        A phone that does not work is told in the answer, and the call goes on by hand.
        """
        ...

    def auto_start_s(self) -> int:
        """Return the seconds after which the next call begins by itself, 0 for never. Cheap."""
        ...

    def has_booking_page(self) -> bool:
        """Return whether a booking page is configured. Cheap."""
        ...

    def open_booking_page(self, lead_id: str) -> Handed:
        """Open the booking page for a lead; may take a moment. A failure is told in the answer."""
        ...

    def status(self) -> StatusView:
        """Return the state line."""
        ...

    def outbox(self, sent: bool = False) -> list[OutboxView]:
        """Return what waits or was refused; with ``sent`` the last 50 receipts too."""
        ...

    def retry(self, key: str) -> None:
        """Queue a refused item again."""
        ...

    def drop(self, key: str) -> None:
        """Give up on a refused item; it stays in the log as undone."""
        ...

    def conflicts(self) -> list[ConflictView]:
        """Return the open conflicts."""
        ...

    def settle(self, key: str, take: Literal["mine", "theirs"]) -> None:
        """Settle one conflict."""
        ...

    def log(self, day: date, rep: str = "") -> LogView:
        """Return one day's activity log: my own, one rep's (id or e-mail), or ``all``."""
        ...

    def report(self, name: ReportName, first: date, last: date) -> Report:
        """Count a team report over days, both included, in the rep's zone.

        Raises UsageError for days that are no span.
        """
        ...

    def definitions(self) -> Sequence[tuple[str, str]]:
        """Return what every number of the log and the reports means, with the team's own values."""
        ...

    def comment(self, activity_key: str, words: str, *, upstream: bool) -> str:
        """Comment on a call, with ``upstream`` also as a note at the CRM; say what became of it.

        Raises UsageError for an empty comment, NotFoundError for a call that is not here.
        """
        ...

    def reps(self) -> list[tuple[str, str]]:
        """Return (owner id, name) of everybody whose work the log may hold, by name."""
        ...

    def import_look(self, path: str, mapped: Mapping[str, str], ignored: Sequence[str]) -> FileLook:
        """Read a file of people: where each column goes, and who is in it. Raises UsageError."""
        ...

    def import_people(
        self, look: FileLook, *, dry_run: bool, on_progress: Callable[[int, int], None]
    ) -> Imported:
        """Import the people of a file; asks the network, so it belongs in a thread of its own.

        Raises SdrDeskError when nothing could be begun; what stops it later is in the answer.
        """
        ...

    def practice(self, lead_id: str, number: str) -> PracticeView | None:
        """In a demo, how the lead answers (asks the sandbox CRM); ``None`` elsewhere."""
        ...


class BackgroundSync(Protocol):
    """Keeps the local data fresh while the workbench is open."""

    def run(self, on_event: Callable[[SyncEvent], None], should_stop: Callable[[], bool]) -> None:
        """Sync for ever in the calling thread until ``should_stop``; never raises."""
        ...

    def kick(self, *, release_held: bool = False) -> None:
        """Ask for a round now. Thread-safe, returns at once."""
        ...
