"""Makes the lines of a day's log."""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.domain.reports.dials import Dial, counted
from sdrdesk.services.views.log import LogEntry
from sdrdesk.store.reports.report_rows import CallRow, DayRow

_NOT_MADE = {
    "scheduled": "Scheduled, not made",
    "queued": "Queued, not made",
    "failed": "Failed, not made",
    "canceled": "Cancelled, not made",
    "missed": "Missed",
}
"""Labels of calls that never took place."""
_MEETINGS = {
    "meeting": "", "credited": "Meeting set", "alone": "Meeting without a call",
    "held": "Meeting held", "missed": "No-show",
}  # fmt: skip
"""Labels of lines that are meetings, by kind or word."""


class LineMaker:
    """Makes the line of a call; the facts of an outcome are looked up once."""

    def __init__(
        self,
        names: Mapping[str, str],
        dispositions: Dispositions,
        conversation_s: int,
        shifts: Mapping[str, int],
    ) -> None:
        self._names = names
        self._dispositions = dispositions
        self._talk = conversation_s
        self._shifts = shifts
        self._known: dict[tuple[object, ...], tuple[tuple[str, ...], str, str]] = {}

    def __call__(self, row: DayRow, dial: Dial) -> LogEntry:
        """Return the line of one call or meeting."""
        call, outcome = row.call, dial.outcome
        kind = (
            outcome, dial.is_call, dial.duration_s >= self._talk, dial.incoming, dial.not_made,
            dial.meeting, call.not_made,
        )  # fmt: skip
        told = self._known.get(kind)
        if told is None:
            item = self._dispositions.get(outcome.name)
            key = item.key if item and call.kind not in _MEETINGS else ""
            told = self._known[kind] = counted(dial, self._talk), key, _label(call, dial)
        # By position: the day of a large team has 5,000 of these.
        return LogEntry(
            call.activity_key,
            row.crm_id,
            call.owner_id,
            self._names.get(call.owner_id, call.owner_id),
            call.lead_id,
            lead_name(row),
            dial.at,
            told[1] or call.disposition,
            told[2],
            call.duration_s,
            row.note,
            row.state,
            call.kind,
            bool(call.corrected),
            told[0],
            round(self._shifts.get(call.activity_key, 0) / 1000),
            self._reason(call, outcome.name) if call.reason else "",
        )

    def _reason(self, call: CallRow, outcome: str) -> str:
        item = self._dispositions.get(outcome)
        said = "" if call.corrected else call.reason
        return item.reason_label(said) if item and said else said


def lead_name(row: DayRow) -> str:
    """Return the name of the lead of a line."""
    return row.lead_name or f"lead {row.call.lead_id}"


def _label(call: CallRow, dial: Dial) -> str:
    if dial.not_made:
        return _NOT_MADE.get(call.not_made, "Lies ahead")
    if call.kind in _MEETINGS:
        return _MEETINGS[dial.meeting]
    if dial.meeting == "cancelled":
        return f"{dial.outcome.label} (cancelled since)"
    return dial.outcome.label
