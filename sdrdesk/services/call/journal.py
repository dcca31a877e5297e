"""The call in progress: journalled while it lasts, offered back after a crash."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sdrdesk.clock import Clock
from sdrdesk.services.views.desk import CallView, ScriptView
from sdrdesk.store.database.database import Database
from sdrdesk.store.record import call_journal
from sdrdesk.store.record.opening_lines import first_line

if TYPE_CHECKING:
    from sdrdesk.domain.lead.lead import Lead
    from sdrdesk.services.block.service import BlockService
    from sdrdesk.services.call.scripts import ScriptShelf


class CallService:
    """One desk's view of the call journal."""

    def __init__(
        self,
        db: Database,
        desk: str,
        pid: int,
        clock: Clock,
        scripts: Callable[[], ScriptShelf],
        need: Callable[[str], Lead],
        rep_name: Callable[[], str],
        running_block: Callable[[], BlockService | None],
    ) -> None:
        self._db = db
        self._desk = desk
        self._pid = pid
        self._clock = clock
        self._scripts = scripts
        self._need = need
        self._rep_name = rep_name
        self._running_block = running_block

    def script(self, lead_id: str) -> ScriptView:
        """Return the best matching script, rendered. Raises NotFoundError."""
        return self._scripts().script_for(self._need(lead_id), self._rep_name(), self._clock())

    def start(self, lead_id: str, number: str) -> CallView:
        """Journal the start of a call, or return the one already in progress on this lead."""
        call = self._view(
            call_journal.start_call(self._db, self._desk, self._pid, lead_id, number, self._clock())
        )
        if block := self._running_block():
            block.resume_if_paused()
        return call._replace(first_line=first_line(self._db, lead_id))

    def save(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        """Journal what was typed so far."""
        call_journal.save_call(self._db, self._desk, note, qualify, script_id, self._clock())

    def talk(self, talking: bool) -> CallView | None:
        """Note that somebody picked up now, or that nobody did after all."""
        call = call_journal.talk(self._db, self._desk, self._clock() if talking else None)
        return self._view(call) if call else None

    def current(self) -> CallView | None:
        """Return this desk's call; else adopt the newest one whose process died; else None."""
        calls = call_journal.current_calls(self._db)
        for call in calls:
            if call.desk == self._desk:
                return self._view(call)
        for call in reversed(calls):
            if not is_running(call.pid):
                adopted = call_journal.adopt_call(self._db, call.desk, self._desk, self._pid)
                if adopted is not None:
                    return self._view(adopted)
        return None

    def end(self) -> None:
        """Forget the call in progress without an outcome."""
        call_journal.end_call(self._db, self._desk)

    def _view(self, call: call_journal.CallInProgress) -> CallView:
        return CallView(
            lead_id=call.lead_id,
            number=call.number,
            started_at=call.started_at,
            note=call.note,
            qualify=call.qualify,
            script_id=call.script_id,
            mine=call.desk == self._desk,
            talking_at=call.talking_at,
        )


def is_running(pid: int) -> bool:
    """Say whether a process of this machine has that id."""
    if pid <= 0:
        return False
    if os.name == "nt":  # os.kill would end the process there
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # Windows only
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
