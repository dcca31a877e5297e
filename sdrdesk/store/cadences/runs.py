"""The runs of cadences: which lead is in which step, worked out from what is on its timeline.

``settle`` reads the records since the start and moves the run on: a call, an e-mail or a message
that does the next step, made by anybody with any tool, and anything that ends the cadence.
So an undo, a correction, a merge and a pull need no code of their own; working it out again changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sdrdesk.domain.cadence.cadence import Cadence, Facts
from sdrdesk.domain.cadence.events import EndRules, Event
from sdrdesk.domain.cadence.walk import LeadPlace, StepDone, Walk
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
from sdrdesk.domain.text.mail import plain_address
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED
from sdrdesk.store.record.decisions import put_state, state_in

_RUN = (
    "run_id, lead_id, cadence, owner_id, lifecycle, by_id, started_ms, step, steps, what, since_ms,"
    " due_ms, ended_ms, reason, ended_by"
)
_LATEST_END = (
    f"SELECT {_RUN} FROM cadence_run r WHERE r.lead_id = ? AND r.ended_by <> ''"  # noqa: S608
    " AND r.started_ms = (SELECT max(o.started_ms) FROM cadence_run o WHERE o.lead_id = r.lead_id)"
)
_LEAD = (
    "SELECT l.owner_id, l.lifecycle, l.do_not_call OR EXISTS (SELECT 1 FROM suppression s"
    " WHERE s.scope = 'person' AND s.value = l.lead_id), l.archived, l.persona, l.source, l.fit,"
    " l.email, l.email_opt_out, coalesce(nullif(d.rep_time_zone, ''), l.zone), l.region,"
    " l.region_state FROM lead l LEFT JOIN lead_desk d ON d.lead_id = l.lead_id WHERE l.lead_id = ?"
)
_EVENTS = (
    "SELECT activity_key, kind, at_ms, disposition, outcome_label, direction, channel, result"  # noqa: S608
    " FROM activity a WHERE lead_id = ? AND undone_ms IS NULL AND not_made = '' AND corrects = ''"
    " AND kind IN ('call','email','message','meeting','change')"
    # A meeting is news when it is made, not when it is held.
    " AND CASE WHEN kind = 'meeting' AND created_ms > 0 THEN created_ms ELSE at_ms END >= ?"
    f" AND NOT {CORRECTED} ORDER BY at_ms, rowid"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One lead in one cadence. Moments in milliseconds, UTC."""

    run_id: str
    lead_id: str
    cadence: str
    owner_id: str
    lifecycle: str
    by_id: str
    started_ms: int
    step: int
    steps: int
    what: str
    since_ms: int
    due_ms: int | None
    ended_ms: int | None = None
    reason: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Following:
    """The rules that runs are worked out with."""

    cadences: Callable[[], Mapping[str, Cadence]]
    ends: Callable[[], EndRules]
    windows: Callable[[], WindowConfig]


def settle(
    connection: Connection,
    lead_ids: Iterable[str],
    following: Following,
    now_ms: int,
    change: str = "",
) -> None:
    """Move on, end or bring back the runs of these leads.

    ``change`` is the activity that changed a field of them, ``""`` for none.
    """
    for part in chunks(sorted(set(lead_ids))):
        rows = connection.execute(
            f"SELECT DISTINCT lead_id FROM cadence_run WHERE lead_id IN ({marks(part)})"  # noqa: S608
            " AND (ended_ms IS NULL OR ended_by <> '')",
            part,
        ).fetchall()
        for (lead_id,) in rows:
            run = run_of(connection, str(lead_id))
            if run is None:
                run = _taken_back(connection, str(lead_id), following.ends())
            if run is not None:
                _settle(connection, run, following, now_ms, change)


def run_of(connection: Connection, lead_id: str) -> Run | None:
    """Return the run a lead is in, ``None`` when it is in none."""
    row = connection.execute(
        f"SELECT {_RUN} FROM cadence_run WHERE lead_id = ? AND ended_ms IS NULL",  # noqa: S608
        (lead_id,),
    ).fetchone()
    return Run(*row) if row else None


def _taken_back(connection: Connection, lead_id: str, ends: EndRules) -> Run | None:
    """Return the latest run, open again, when what ended it was undone or ends nothing any more."""
    row = connection.execute(_LATEST_END, (lead_id,)).fetchone()
    if row is None or row[12] is None:
        return None
    run = Run(*row)
    events = connection.execute(_EVENTS, (lead_id, run.started_ms)).fetchall()
    for event in (Event(*event) for event in events):
        is_change = event.kind == "change" and not event.disposition  # of the owner
        if event.key == run.ended_by and (is_change or ends.reason(event)):
            return None
    return _opened(run)


def _opened(run: Run) -> Run:
    """Return a run that goes on; its next step is written into the lead's row again."""
    return replace(run, step=-1, ended_ms=None, reason="", ended_by="")


def reopen(connection: Connection, run: Run, following: Following, now_ms: int) -> None:
    """Let an ended run go on. The caller has checked that the lead is in no other."""
    _settle(connection, _opened(run), following, now_ms)


def reopen_ended_by(
    connection: Connection, lead_id: str, activity_key: str, following: Following, now_ms: int
) -> None:
    """Let the run go on that an activity ended, unless the lead is in another one by now."""
    row = connection.execute(
        f"SELECT {_RUN} FROM cadence_run"  # noqa: S608
        " WHERE lead_id = ? AND ended_by = ? AND ended_ms IS NOT NULL",
        (lead_id, activity_key),
    ).fetchone()
    if row is not None and run_of(connection, lead_id) is None:
        reopen(connection, Run(*row), following, now_ms)


def run_by(connection: Connection, run_id: str) -> Run | None:
    """Return a run by its id, ``None`` when there is none."""
    row = connection.execute(
        f"SELECT {_RUN} FROM cadence_run WHERE run_id = ?",  # noqa: S608
        (run_id,),
    ).fetchone()
    return Run(*row) if row else None


def start(connection: Connection, run: Run, following: Following, now_ms: int) -> Run:
    """Put a lead into a cadence and work out its first step. The caller has checked it."""
    _insert(connection, run)
    _settle(connection, run, following, now_ms)
    return run_of(connection, run.lead_id) or run


def stop(connection: Connection, run: Run, reason: str, now_ms: int, by: str = "") -> None:
    """End a run; a lead that rested for its next step rests no longer for that."""
    connection.execute(
        "UPDATE cadence_run SET ended_ms = ?, reason = ?, ended_by = ? WHERE run_id = ?",
        (now_ms, reason, by, run.run_id),
    )
    state = state_in(connection, run.lead_id)
    if run.due_ms is not None and state.next_due_at == from_ms(run.due_ms):
        put_state(connection, replace(state, next_due_at=None))


def _settle(
    connection: Connection, run: Run, following: Following, now_ms: int, change: str = ""
) -> None:
    lead = connection.execute(_LEAD, (run.lead_id,)).fetchone()
    events = [Event(*row) for row in connection.execute(_EVENTS, (run.lead_id, run.started_ms))]
    ends = following.ends()
    reason, by = _why_ended(run, lead, events, ends)
    cadence = following.cadences().get(run.cadence)
    if cadence is None or lead is None:  # the file is missing or wrong: only the end counts
        if reason:
            stop(connection, run, reason, now_ms, by or change)
        elif run.step < 0:  # it goes on, where it was
            connection.execute(
                "UPDATE cadence_run SET ended_ms = NULL, reason = '', ended_by = ''"
                " WHERE run_id = ?",
                (run.run_id,),
            )
        return
    if by:
        events = events[: next(at for at, e in enumerate(events) if e.key == by) + 1]
    facts = Facts(
        str(lead[4]), str(lead[5]), int(lead[6]),
        may_email=bool(plain_address(str(lead[7]))) and not lead[8],
    )  # fmt: skip
    windows = following.windows().of(str(lead[0]))
    place = LeadPlace(str(lead[9]), (str(lead[10]), str(lead[11])), windows)
    before = _steps_of(connection, run.run_id)
    walk = Walk(cadence, facts, place, run.started_ms, before, events)
    moved = replace(
        run,
        owner_id=run.owner_id or (run.by_id if lead[0] == run.by_id else ""),
        step=walk.index,
        steps=len(cadence.steps),
        what=cadence.what(walk.index),
        since_ms=walk.since_ms,
        due_ms=walk.due_ms,
    )
    _put(connection, moved, walk.done)
    if reason:
        ended = "owner" if cadence.end == "hand_back" else "outcome"
        finished = reason == ended and walk.index >= len(cadence.steps)
        stop(connection, moved, "finished" if finished else reason, now_ms, by or change)
    elif (moved.step, moved.due_ms) != (run.step, run.due_ms):
        state = state_in(connection, run.lead_id)
        put_state(connection, replace(state, next_due_at=from_ms(moved.due_ms)))


def _why_ended(
    run: Run, lead: Sequence[object] | None, events: Sequence[Event], ends: EndRules
) -> tuple[str, str]:
    """Return why a run ends and which event did it, ``("", "")`` while it goes on."""
    for event in events:
        if found := ends.reason(event):
            return found, event.key
    if lead is None or lead[3]:
        return "gone", ""
    if lead[2]:
        return "do_not_call", ""
    taken = not run.owner_id and lead[0] == run.by_id  # by the first call to a lead of the pool
    if lead[0] != run.owner_id and not taken:
        return "owner", ""
    return ("stage", "") if lead[1] != run.lifecycle else ("", "")


def _steps_of(connection: Connection, run_id: str) -> list[StepDone]:
    rows = connection.execute(
        "SELECT step, what, since_ms, due_ms, at_ms, how, activity_key FROM cadence_step"
        " WHERE run_id = ? ORDER BY place",
        (run_id,),
    ).fetchall()
    return [StepDone(*row) for row in rows]


def _put(connection: Connection, run: Run, done: Sequence[StepDone]) -> None:
    connection.execute(
        "UPDATE cadence_run SET owner_id = ?, step = ?, steps = ?, what = ?, since_ms = ?,"
        " due_ms = ?, ended_ms = NULL, reason = '', ended_by = '' WHERE run_id = ?",
        (run.owner_id, run.step, run.steps, run.what, run.since_ms, run.due_ms, run.run_id),
    )
    if done == _steps_of(connection, run.run_id):
        return
    connection.execute("DELETE FROM cadence_step WHERE run_id = ?", (run.run_id,))
    connection.executemany(
        "INSERT INTO cadence_step (run_id, place, step, what, since_ms, due_ms, at_ms, how,"
        " activity_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (run.run_id, at, d.step, d.what, d.since_ms, d.due_ms, d.at_ms, d.how, d.key)
            for at, d in enumerate(done)
        ],
    )


def _insert(connection: Connection, run: Run) -> None:
    names = _RUN.split(", ")
    connection.execute(
        f"INSERT INTO cadence_run ({_RUN}) VALUES ({marks(names)})",  # noqa: S608
        [getattr(run, name.strip()) for name in names],
    )
