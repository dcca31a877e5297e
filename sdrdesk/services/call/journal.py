"""The call in progress: saved while it lasts, restored after a crash."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sdrdesk.clock import Clock
from sdrdesk.domain.queue.eligibility import barred_words
from sdrdesk.services.feed.claims import AskTeam, nobody
from sdrdesk.services.queue.in_call import claim_words, hold_words
from sdrdesk.services.views.call import CallView, ScriptView
from sdrdesk.services.views.lead import LeadView
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.queue.candidates import candidate_of, facts
from sdrdesk.store.record import call_claim, call_journal
from sdrdesk.store.record.call_claim import PersonInCall
from sdrdesk.store.record.opening_lines import first_line
from sdrdesk.store.record.reopened_calls import reopen_in
from sdrdesk.store.record.team_claims import team_holds

if TYPE_CHECKING:
    from sdrdesk.domain.lead.lead import Lead
    from sdrdesk.services.call.scripts import ScriptShelf
    from sdrdesk.services.lead.service import LeadService


class CallService:
    """The calls of one desk."""

    def __init__(
        self,
        db: Database,
        desk: str,
        pid: int,
        clock: Clock,
        scripts: Callable[[], ScriptShelf],
        leads: Callable[[], LeadService],
        rep_name: Callable[[], str],
        my_owner_id: Callable[[], str],
        end_break: Callable[[], None],
        ask_team: AskTeam = nobody,
        look_at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._desk = desk
        self._pid = pid
        self._clock = clock
        self._scripts = scripts
        self._leads = leads
        self._rep_name = rep_name
        self._my_owner_id = my_owner_id
        self._end_break = end_break
        self._ask_team = ask_team
        self._look_at = look_at

    def script(self, lead_id: str) -> ScriptView:
        """Return the best matching script, rendered. Raises NotFoundError."""
        return self._script(self._leads().need(lead_id))

    def open(self, lead_id: str) -> tuple[LeadView, ScriptView]:
        """Return a lead with its script, from one read of the lead. Raises NotFoundError."""
        leads = self._leads()
        with self._db.reading():
            lead = leads.need(lead_id)
            return leads.view_of(lead), self._script(lead)

    def _script(self, lead: Lead) -> ScriptView:
        missed = any(promise.origin == "no_show" for promise in promises_of(self._db, lead.lead_id))
        return self._scripts().script_for(lead, self._rep_name(), self._clock(), missed=missed)

    def start(
        self, lead_id: str, number: str, *, anyway: bool = False, incoming: bool = False
    ) -> CallView:
        """Save the start of a call, or return the one already in progress with this lead.

        A call that is not ``mine`` was not started: someone else is in a call with this person, or
        they asked not to be called; the rep has to say that they call ``anyway``.

        Args:
            lead_id: the lead.
            number: the number to dial; of an incoming call the one they called from, or ``""``.
            anyway: also when someone else is in a call with this person, or they are not to be
                called.
            incoming: the lead called.
        """
        me = self._my_owner_id()
        if not (anyway or incoming) and (barred := self._barred(lead_id)):
            words = f"not to be called: {barred}"
            return CallView(lead_id, "", self._clock(), mine=False, holder=words, barred=True)
        # Before the disk: a claim whose call never starts lapses on its own.
        holder = None if anyway else self._ask_team(lead_id)
        if holder is not None:
            words, now = hold_words(self._db, *holder), self._clock()
            known = team_holds(self._db, now).get(lead_id)
            since = known.since if known else now
            return CallView(lead_id, "", since, mine=False, holder=words)
        try:
            started = call_journal.start_call(
                self._db, self._desk, self._pid, lead_id, number, self._clock(),
                owner_id=me, anyway=anyway, incoming=incoming,
            )  # fmt: skip
        except PersonInCall as busy:
            claim = busy.claim
            words = claim_words(self._db, claim, me)
            return CallView(lead_id, claim.number, claim.since, mine=False, holder=words)
        call = self._view(started)
        self._end_break()  # a rep who calls is not on a break
        return call._replace(first_line=first_line(self._db, lead_id))

    def _barred(self, lead_id: str) -> str:
        """Return why a lead is not to be called, unless its call is in progress here."""
        on = call_journal.current_calls(self._db)
        if any(call.lead_id == lead_id and call.desk == self._desk for call in on):
            return ""
        lead = candidate_of(self._db, lead_id, now=self._clock())
        return barred_words(lead, facts(self._db, None)) if lead is not None else ""

    def save(self, note: str, qualify: Mapping[str, str], script_id: str) -> None:
        """Save the note and the answers so far."""
        call_journal.save_call(self._db, self._desk, note, qualify, script_id, self._clock())

    def talk(self, talking: bool) -> CallView | None:
        """Save that the lead picked up now, or did not after all; ``None`` without a call."""
        call = call_journal.talk(self._db, self._desk, self._clock() if talking else None)
        return self._view(call) if call else None

    def current(self) -> CallView | None:
        """Return this desk's call; else adopt my newest call whose process died; else ``None``."""
        calls = call_journal.current_calls(self._db)
        for call in calls:
            if call.desk == self._desk:
                return self._view(call)
        me = self._my_owner_id() if calls else ""
        for call in reversed(calls):
            if call.owner_id in ("", me) and not is_running(call.pid):
                adopted = call_journal.adopt_call(
                    self._db, call.desk, self._desk, self._pid, self._clock()
                )
                if adopted is not None:
                    return self._view(adopted)
        return None

    def is_on(self) -> bool:
        """Return whether I am in a call, in any window on this machine."""
        calls = call_journal.current_calls(self._db)
        me = self._my_owner_id() if calls else ""
        return any(call.owner_id in ("", me) and is_running(call.pid) for call in calls)

    def look_at(self, lead_id: str) -> None:
        """Tell the team which lead is open here, ``""`` none; say it again every 10 s.

        Takes no time: the background sync tells the others.
        """
        self._look_at(lead_id)

    def renew(self) -> str:
        """Renew the claim on the lead; return who else is in a call with them, ``""`` nobody."""
        other = call_claim.renew(self._db, self._desk, self._clock())
        return claim_words(self._db, other, self._my_owner_id()) if other else ""

    def reopen(self, activity_key: str) -> CallView | None:
        """Go on with the call of an undone outcome; ``None`` without one, or in another call."""
        now, me = self._clock(), self._my_owner_id()
        with self._db.writer() as connection:
            reopened = reopen_in(connection, activity_key, self._desk, self._pid, to_ms(now))
            if reopened:
                call_claim.hold(connection, self._desk, me, now)
        return self.current() if reopened else None

    def end(self) -> None:
        """Delete the call in progress without an outcome."""
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
            idle_s=call.idle_s,
            incoming=call.incoming,
        )


def is_running(pid: int) -> bool:
    """Return whether a process with that id runs on this machine."""
    if pid <= 0:
        return False
    if os.name == "nt":  # os.kill would end the process there
        import ctypes  # only on Windows

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
