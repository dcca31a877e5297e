"""The tools of agents: what may be read, and with leave what may be recorded.

An agent records through the same plan, preview, grace period and undo as a rep: first it proposes
and gets the preview, then it records exactly what it proposed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.outcome.agent_mark import agent_name, with_mark
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import typed_number
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.agents.data import as_data
from sdrdesk.services.agents.limits import READS, WRITES, AgentLimit, TooFastError
from sdrdesk.services.call.agent_proposals import VALID, Proposals
from sdrdesk.services.desk.json import (
    disposed_json,
    funnel_json,
    lead_json,
    log_json,
    queue_row_json,
    touched_json,
    why_json,
)
from sdrdesk.services.reports.registry import ReportName

if TYPE_CHECKING:
    from sdrdesk.services.desk.protocol import Desk

_log = logging.getLogger(__name__)

Json = dict[str, Any]

NAMES: tuple[str, ...] = get_args(ReportName)

_MOST_TEXT = 4_000
_YEARS = range(2000, 2100)
_NOTHING = "Nothing was done."


class Field(NamedTuple):
    """One argument of a tool."""

    name: str
    about: str
    kind: Literal["string", "integer", "object"] = "string"
    required: bool = False


class Tool(NamedTuple):
    """One tool."""

    name: str
    about: str
    fields: tuple[Field, ...]
    run: Callable[[Json], object]
    writes: bool = False

    @property
    def schema(self) -> Json:
        """The JSON schema of its arguments."""
        return {
            "type": "object",
            "properties": {f.name: {"type": f.kind, "description": f.about} for f in self.fields},
            "required": [f.name for f in self.fields if f.required],
            "additionalProperties": False,
        }


_LEAD = Field("lead_id", "Id of the lead.", required=True)


class AgentTools:
    """The tools of one agent. Thread-safe: one call at a time.

    Args:
        desk: the rep's desk.
        proposals: keeps what is proposed.
        writes: whether the rep allows it to record.
        changed: called with words after something was recorded.
        reads_limit: of reads; one of its own for each agent.
        writes_limit: of writes.
        today: the day in the rep's zone; ``None`` for that of UTC.
    """

    def __init__(
        self,
        desk: Desk,
        proposals: Proposals,
        writes: bool,
        changed: Callable[[str], None] = lambda _words: None,
        reads_limit: AgentLimit | None = None,
        writes_limit: AgentLimit | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self._desk = desk
        self._changed = changed
        self._reads = reads_limit or AgentLimit(READS, "requests")
        self._writes = writes_limit or AgentLimit(WRITES, "writes")
        self._today = today or (lambda: desk.now().date())
        self._lock = threading.Lock()
        self._proposals = proposals
        self._own: list[str] = []
        self.agent = agent_name("")
        self.tools: Mapping[str, Tool] = {
            tool.name: tool for tool in self._all() if writes or not tool.writes
        }

    def name(self, given: str) -> None:
        """Note how the agent calls itself, for the mark of what it records."""
        self.agent = agent_name(given)

    def answer(self, name: str, arguments: Mapping[str, object]) -> tuple[Json, bool]:
        """Run a tool; return its answer and whether it is an error. Raises nothing of ours."""
        try:
            return self.call(name, arguments), False
        except TooFastError as error:
            return {"error": str(error)}, True
        except SdrDeskError as error:  # may quote a lead
            return {"error": as_data(str(error))}, True
        except Exception:  # noqa: BLE001 - the agent gets an answer, the log the reason
            _log.exception("agent %s: %s failed", self.agent, one_line(name, limit=40))
            return {"error": "It failed here; the log of sdrdesk says why."}, True

    def call(self, name: str, arguments: Mapping[str, object]) -> Json:
        """Run a tool and return its answer, with the texts of the CRM marked as data.

        Raises:
            TooFastError: more requests in a minute than allowed.
            UsageError: there is no such tool, or an argument is wrong.
            SdrDeskError: it could not be done; nothing was changed.
        """
        with self._lock:
            tool = self.tools.get(name)
            self._reads.take()
            if tool is None:
                raise UsageError(
                    f"There is no tool {one_line(name, limit=40)!r}.",
                    kept=_NOTHING,
                    next_step=f"Tools: {', '.join(self.tools)}.",
                )
            given = _checked(tool, arguments)
            if tool.writes:
                if name != "undo":  # bounded by what was recorded, and has seconds to come
                    self._writes.take()
                _log.info("agent %s: %s", self.agent, name)
            answer = as_data(tool.run(given))
            if tool.writes:
                self._changed(f"{name.replace('_', ' ')} by an agent: {self.agent}")
        return answer if isinstance(answer, dict) else {"result": answer}

    # Reading.

    def _all(self) -> Sequence[Tool]:
        limit = Field("limit", "Number of entries, 1 to 50; default 10.", "integer")
        day = "Day, YYYY-MM-DD; default today."
        return (
            Tool("queue", "The ranked queue of callable leads, best first.", (limit,), self._queue),
            Tool("why", "Where a lead stands and why, or which rule keeps it out.", (_LEAD,),
                 lambda given: why_json(self._desk.queue.why(given["lead_id"]))),
            Tool("lead", "One lead with its numbers and timeline.", (_LEAD,), self._lead),
            Tool("log", "The activities of a day.", (Field("day", day),), self._day),
            Tool("funnel", "How the leads shrink to the callable ones, rule by rule.", (),
                 lambda _: funnel_json(self._desk.queue.funnel())),
            Tool("report", f"A team report: {', '.join(NAMES)}.",
                 (Field("name", "Which report.", required=True), Field("from", day),
                  Field("to", day)), self._report),
            Tool("outcomes", "The outcomes that can be recorded, and what each needs.", (),
                 lambda _: self._outcomes()),
            Tool("propose_outcome", "Plan an outcome and get the preview of every change; nothing"
                 " is recorded. record_outcome records exactly this within 10 minutes.",
                 (_LEAD, Field("outcome", "Its key, see outcomes.", required=True),
                  Field("note", "What was said."),
                  Field("duration_s", "Talk time in seconds.", "integer"),
                  Field("number", "The number that was dialled."),
                  Field("callback", "When to call back: +3d, thu 10:00, or ISO 8601."),
                  Field("meeting", "When the meeting starts."),
                  Field("reason", "Key of the reason, where one is needed."),
                  Field("qualify", "Answers by slot.", "object")), self._propose, writes=True),
            Tool("record_outcome", "Record a proposed outcome. It waits some seconds before it is"
                 " sent to the CRM; until then undo leaves no trace.",
                 (Field("proposal_id", "Of propose_outcome.", required=True),), self._record,
                 writes=True),
            Tool("add_note", "Add a note to a lead's timeline, here and at the CRM.",
                 (_LEAD, Field("text", "The note.", required=True)), self._note, writes=True),
            Tool("snooze", "Rest a lead until a time, or until it converts again.",
                 (_LEAD, Field("until", "+3d, thu 10:00, or ISO 8601.", required=True)),
                 self._snooze, writes=True),
            Tool("undo", "Undo what you recorded last with record_outcome or add_note.", (),
                 lambda _: self._undo(), writes=True),
        )  # fmt: skip

    def _queue(self, given: Json) -> object:
        limit = min(50, max(1, given.get("limit", 10)))
        found = self._desk.queue.working(first=limit)
        rows = self._desk.queue.rows(found, 0, limit)
        return {"leads": [queue_row_json(row) for row in rows]}

    def _lead(self, given: Json) -> object:
        return lead_json(self._desk.leads.view(given["lead_id"]))

    def _day(self, given: Json) -> object:
        return log_json(self._desk.log.day(self._date(given.get("day", ""))))

    def _report(self, given: Json) -> object:
        name = given["name"]
        if name not in NAMES:
            raise UsageError(
                f"There is no report {one_line(name, limit=40)!r}.",
                kept=_NOTHING,
                next_step=f"Reports: {', '.join(NAMES)}.",
            )
        last = self._date(given.get("to", ""))
        first = self._date(given["from"]) if given.get("from") else last
        return self._desk.reports.make(name, first, last).json

    def _date(self, text: str) -> date:
        with suppress(ValueError):
            day = date.fromisoformat(text) if text else self._today()
            if day.year in _YEARS:
                return day
        raise UsageError("A day is YYYY-MM-DD, of this century.", kept=_NOTHING)

    def _outcomes(self) -> object:
        return {
            "outcomes": [
                {
                    "key": one.key,
                    "label": one.label,
                    "requires": list(one.requires),
                    "reasons": [{"key": key, "label": label} for key, label in one.reasons],
                }
                for one in self._desk.outcomes()
            ],
            "qualify": [{"key": k, "label": label} for k, label in self._desk.qualify_slots()],
        }

    # Recording.

    def _propose(self, given: Json) -> object:
        desk, lead_id, now = self._desk, given["lead_id"], self._desk.now()

        def moment(name: str) -> datetime | None:
            return desk.outcome.when(lead_id, given[name]) if given.get(name) else None

        number = given.get("number", "")
        if number:
            seen = desk.leads.view(lead_id)
            known = (part for one in seen.numbers for part in (one.e164, one.display))
            number = typed_number(number, (seen.row.phone, *known))
        qualify = given.get("qualify", {})
        if not all(map(_is_text, qualify.values())):
            raise UsageError("qualify takes texts.", kept=_NOTHING)
        qualify = {desk.qualification.typed(key): text for key, text in qualify.items()}
        entry = Entry(
            disposition=given["outcome"],
            at=now,
            note=with_mark(given.get("note", ""), self.agent),
            duration_s=given.get("duration_s", 0),
            number=number,
            callback_at=moment("callback"),
            meeting_at=moment("meeting"),
            reason=given.get("reason", ""),
            qualify={key: text[:_MOST_TEXT] for key, text in qualify.items()},
        )
        preview = list(desk.outcome.preview(lead_id, entry))
        return {
            "proposal_id": self._proposals.keep(self.agent, lead_id, entry),
            "lead_id": lead_id,
            "disposition": entry.disposition,
            "callback_at": iso_or_none(entry.callback_at),
            "meeting_at": iso_or_none(entry.meeting_at),
            "preview": preview,
            "until": iso(now + VALID),
        }

    def _record(self, given: Json) -> object:
        done, new = self._proposals.record(given["proposal_id"])
        if new:
            self._own.append(done.activity_key)
        return {**disposed_json(done), "recorded_by": self.agent}

    def _note(self, given: Json) -> object:
        text = with_mark(given["text"], self.agent)
        done = self._desk.touches.record(given["lead_id"], "note", text)
        self._own.append(done.activity_key)
        return {**touched_json(done), "recorded_by": self.agent}

    def _snooze(self, given: Json) -> object:
        lead_id = given["lead_id"]
        until = self._desk.outcome.when(lead_id, given["until"])
        self._desk.decisions.snooze(lead_id, until, f"by an agent: {self.agent}")
        return {"lead_id": lead_id, "until": iso(until)}

    def _undo(self) -> object:
        if not self._own:  # nothing in this session, perhaps in the one before it
            self._own += filter(None, [self._proposals.last_of(self.agent)])
        if not self._own:
            raise UsageError("You have recorded nothing to undo.", kept=_NOTHING)
        reason = f"by an agent: {self.agent}"
        # Only its own: whatever the rep recorded since is theirs to undo.
        done = self._desk.undo.last(reason, self._own[-1])
        self._own.pop()
        return {"lead_id": done.lead_id, "undone": True, "clean": done.clean, "text": done.message}


def _checked(tool: Tool, arguments: Mapping[str, object]) -> Json:
    """Return the arguments, or raise UsageError for what the schema does not allow."""
    fields = {field.name: field for field in tool.fields}
    if strange := sorted(arguments.keys() - fields.keys()):
        raise UsageError(
            f"{tool.name} has no argument {one_line(strange[0], limit=40)!r}.", kept=_NOTHING
        )
    given: Json = {}
    for name, field in fields.items():
        value = arguments.get(name)
        if value is None or value == "":
            if field.required:
                raise UsageError(f"{tool.name} needs {name}.", kept=_NOTHING)
            continue
        if not _is(field.kind, value):
            raise UsageError(f"{name} must be of type {field.kind}.", kept=_NOTHING)
        if isinstance(value, str) and len(value) > _MOST_TEXT:
            raise UsageError(f"{name} has more than {_MOST_TEXT} characters.", kept=_NOTHING)
        given[name] = value
    return given


def _is(kind: str, value: object) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 86_400
    return isinstance(value, dict) if kind == "object" else _is_text(value)


def _is_text(value: object) -> bool:
    """Return whether a value is text; half of a character can be neither stored nor sent."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)
