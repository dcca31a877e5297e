"""Calendar files of the meetings that were set, in the rep's own folder.

A file is made after its meeting was recorded. One that failed or was prevented by a crash is made
when the rep asks for the list; nothing but the rep's calendar needs the file.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.errors import NotFoundError, SdrDeskError, UsageError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.lead.promise import STALE_AFTER
from sdrdesk.domain.outcome.meeting_result import ASK_DAYS, MeetingResult
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.call.calendar_file import Person, calendar_file, file_name
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.views.call import MeetingView
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.record.meeting_results import (
    BookedMeeting,
    meeting_by,
    past_meetings,
    set_result,
)
from sdrdesk.store.record.meetings import MeetingSet, meetings_set


class Meetings:
    """The meetings of one desk."""

    def __init__(
        self,
        db: Database,
        folder: Path,
        need: Callable[[str], Lead],
        rep: Callable[[], Owner | None],
        clock: Clock,
        zone: ZoneInfo,
        grace_s: float,
        acts: ActLog | None = None,
    ) -> None:
        self._zone = zone
        self._grace_s = grace_s
        self._acts = acts
        self._db = db
        self._folder = folder
        self._need = need
        self._rep = rep
        self._clock = clock

    def write(self, activity_key: str) -> Path | None:
        """Write the file of the meeting that an outcome set; return ``None`` when it set none.

        Raises:
            SdrDeskError: the file cannot be written; the meeting itself is recorded.
        """
        for meeting in meetings_set(self._db, activity_key):
            return self._write(meeting)
        return None

    def coming(self) -> list[MeetingView]:
        """Return the coming meetings, the next one first; write missing files.

        Raises:
            SdrDeskError: a file cannot be written.
        """
        found = []
        for meeting in meetings_set(self._db):
            if meeting.state is OutboxState.UNDONE:
                continue
            if parse_iso(meeting.intent["end_at"]) > self._clock():
                path = self._path(meeting)
                if not path.exists():
                    path = self._write(meeting)
                found.append(self._view(meeting, path))
        return sorted(found, key=lambda view: view.start_at)

    def past(self) -> list[MeetingView]:
        """Return this rep's meetings of the last two weeks, latest first, with their results."""
        me, now = self._rep(), self._clock()
        start = now - timedelta(days=ASK_DAYS)
        return [
            MeetingView(
                meeting.key,
                meeting.lead_id,
                meeting.name,
                meeting.start_at,
                0,
                (),
                "sent",
                "",
                meeting.result,
                ask=not meeting.result,
            )
            for meeting in past_meetings(self._db, start, now)
            if me is not None and meeting.owner_id == me.owner_id
        ]

    def say(self, key: str, result: MeetingResult, start_at: datetime | None = None) -> str:
        """Record what became of a meeting, here at once and in the CRM once; return it in words.

        A no-show brings the lead back into the queue; undo takes all of it back.

        Args:
            key: its key here, its id in the CRM, or the key of the outcome's item that made it.
            result: what became of it.
            start_at: the new time of one that was moved.

        Raises:
            NotFoundError: there is no such meeting here, or it is not in the CRM yet.
            UsageError: a moved one has no new time, one ahead cannot be held or missed yet, or it
                says so already.
        """
        now, meeting = self._clock(), meeting_by(self._db, key)
        if meeting is None:
            raise NotFoundError(
                f"There is no meeting {one_line(key, limit=80)} on this machine.",
                kept="Nothing was changed.",
                next_step="`sdrdesk meetings` lists them; a new one can be marked after a sync.",
            )
        if (result == "moved") != (start_at is not None):
            wrong = "a new time" if start_at is None else "no new time"
            raise UsageError(
                f"A meeting that was {result} needs {wrong}.",
                kept="Nothing was changed.",
                next_step='Use `sdrdesk meetings moved KEY --at "thu 10:00"`.',
            )
        if result in ("held", "no-show") and meeting.start_at > now:
            raise UsageError("This meeting has not begun yet.", kept="Nothing was changed.")
        hold = now + timedelta(seconds=self._grace_s)
        note = self._acts.noting("promise", f"meeting {result}") if self._acts else None
        set_result(self._db, meeting, result, str(uuid.uuid4()), now, hold, start_at, note)
        then = {
            "no-show": self._comes_back(meeting),
            "moved": f" New time: {local_words(start_at, self._zone)}." if start_at else "",
        }.get(result, "")
        return f"{result.capitalize()}: {meeting.name}.{then}"

    def _comes_back(self, meeting: BookedMeeting) -> str:
        """Return in whose queue a no-show is now."""
        if self._clock() - meeting.start_at > STALE_AFTER:
            return " It was more than a week ago, so it does not come back into the queue."
        found = promises_of(self._db, meeting.lead_id)
        owner_id = next((p.owner_id for p in found if p.origin == "no_show"), "")
        me = self._rep()
        if not owner_id or (me is not None and owner_id == me.owner_id):
            return " Back in the queue."
        owner = owner_by(self._db, owner_id)
        return f" Back in the queue of {owner.name if owner else owner_id}."

    def forget_undone(self) -> None:
        """Remove the files of meetings that were undone before they were sent."""
        if not self._folder.is_dir():
            return
        for meeting in meetings_set(self._db):
            if meeting.state is OutboxState.UNDONE:
                with suppress(OSError):  # a leftover file must not stop the undo
                    self._path(meeting).unlink(missing_ok=True)

    def _person(self, meeting: MeetingSet) -> Person:
        try:
            lead = self._need(meeting.lead_id)
        except NotFoundError:  # deleted at the CRM meanwhile; the meeting remains
            return Person(meeting.lead_id)
        return Person(lead.name, lead.job_title, lead.company_name, lead.phone or lead.mobile)

    def _path(self, meeting: MeetingSet) -> Path:
        # A changed name must not make a second file: the key at the end decides.
        made = file_name(meeting.key, meeting.intent, self._person(meeting))
        tail = made.rsplit("-", 1)[1]
        return next(self._folder.glob(f"*-{tail}"), self._folder / made)

    def _write(self, meeting: MeetingSet) -> Path:
        path = self._path(meeting)
        text = calendar_file(
            meeting.key, meeting.intent, meeting.set_at, self._person(meeting), self._rep()
        )
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(path, text)
        except OSError as error:
            raise SdrDeskError(
                f"The calendar file {path} could not be written: {error.strerror or error}.",
                kept="The meeting is recorded and goes to the CRM.",
                next_step="`sdrdesk meetings` writes the file again.",
            ) from error
        return path

    def _view(self, meeting: MeetingSet, path: Path) -> MeetingView:
        start, end = parse_iso(meeting.intent["start_at"]), parse_iso(meeting.intent["end_at"])
        return MeetingView(
            meeting.key,
            meeting.lead_id,
            self._person(meeting).name,
            start,
            int((end - start).total_seconds() // 60),
            tuple(meeting.intent.get("attendees", [])),
            meeting.state.value,
            str(path),
        )


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
