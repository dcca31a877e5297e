"""Outbox, conflicts and receipts as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.people.edit import field_words
from sdrdesk.domain.text.humanize import age_words, option_words, plural, span_words
from sdrdesk.screens.shell.lead_text import STATES
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.sync.questions_text import counted
from sdrdesk.services.views.sync import ConflictView, OutboxView
from sdrdesk.widgets.cells import MUTED, fit, shorten
from sdrdesk.widgets.line_list import Line

_FIXED_CELLS = 66
"""Cells of a line before and after the words of its item: state, kind, lead, age, next try."""

ASKED: Final = "questions:"
"""Key of the one line for all questions on other screens."""
ASKED_DETAIL: Final = Content(
    "These leads moved, were qualified or were deleted after you recorded something for them. "
    "Nothing of it is sent before you answer."
)

_WAITING = ("held", "queued", "sending")


def lines(
    items: list[OutboxView],
    conflicts: list[ConflictView],
    now: datetime,
    width: int,
    left_out: tuple[str, ...] = (),
    asked: Sequence[QuestionView] = (),
) -> list[Line]:
    """Return the page: needs you, to send, left out, sent."""
    waits = {key for question in asked for key in question.keys}
    blocked = [item for item in items if item.state == "blocked" and item.key not in waits]
    waiting = [item for item in items if item.state in _WAITING]
    receipts = [item for item in items if item.state not in (*_WAITING, "blocked")]
    what = max(14, width - _FIXED_CELLS)
    needs = len(blocked) + len(conflicts) + len(asked)
    found = [heading("Needs you", needs, "nothing refused, no conflicts")]
    found += summary_line(asked)
    found += [Line(item.key, refused_line(item)) for item in blocked]
    found += [Line(item.key, conflict_line(item)) for item in conflicts]
    found.append(heading("To send", len(waiting), "nothing waiting"))
    found += [Line(item.key, _waiting(item, now, what)) for item in waiting]
    if left_out:
        found.append(heading("Left out", len(left_out), ""))
        found += [Line(words, _left_out(words, width)) for words in left_out]
    found.append(heading("Sent", len(receipts), "nothing yet"))
    found += [Line(item.key, _receipt(item, now, what)) for item in receipts]
    return found


def summary_line(asked: Sequence[QuestionView]) -> list[Line]:
    """Return the one line for all questions, none without any."""
    if not asked:
        return []
    text = Content.assemble(
        (" ? asks you  ", "bold $text-warning"), counted(asked), (" · Enter to answer", MUTED)
    )
    return [Line(ASKED, text)]


def heading(name: str, count: int, none: str) -> Line:
    """Return a heading with its count, or with ``none`` when that is 0."""
    text = Content.assemble((name, "bold $primary"), f" {count}" if count else "", "")
    return Line("", text if count else Content.assemble(text, (f" · {none}", MUTED)))


def refused_line(item: OutboxView) -> Content:
    """Return the line of a refused item, with the CRM's reason."""
    return Content.assemble(
        (" ! refused  ", "bold $text-error"),
        fit(item.kind, 9),
        fit(item.lead_name, 18),
        " ",
        item.last_error,
    )


def conflict_line(item: ConflictView) -> Content:
    """Return the line of a conflict, with both values."""
    return Content.assemble(
        (" ≠ conflict ", "bold $text-warning"),
        fit(item.lead_name, 16),
        (fit(field_words(item.field), 15), MUTED),
        ("< ", "bold $text-accent"),
        shorten(_value(item, item.mine), 16),
        ("  > ", "bold $text-accent"),
        shorten(_value(item, item.theirs), 16),
    )


def _left_out(words: str, width: int) -> Content:
    return Content.assemble((" ! ", "bold $text-warning"), shorten(words, max(20, width - 6)))


def left_out_detail(words: str) -> Content:
    """Return the whole text of a value left out."""
    return Content.assemble(
        (f"{words}. ", "bold"), f"The rest of the record is here. Correct the value in {CRM_NAME}."
    )


def _waiting(item: OutboxView, now: datetime, what: int) -> Content:
    mark, color = STATES.get(item.state, ("", ""))
    age = age_words((now - item.created_at).total_seconds())
    tries = f" · {item.attempts} {'try' if item.attempts == 1 else 'tries'}"
    return Content.assemble(
        (fit(mark, 11), color),
        fit(item.kind, 9),
        fit(item.lead_name, 18),
        " ",
        fit(item.what, what),
        (f" {age}", MUTED),
        (tries if item.attempts else "", MUTED),
        (_when(item, now), MUTED),
    )


def _when(item: OutboxView, now: datetime) -> str:
    moment = item.next_try_at or item.hold_until
    if moment is None or moment <= now:
        return ""
    return f" · goes in {span_words((moment - now).total_seconds())}"


def _receipt(item: OutboxView, now: datetime, what: int) -> Content:
    mark, color = STATES.get(item.state, (f" {item.state}", ""))
    age = age_words((now - item.created_at).total_seconds())
    return Content.assemble(
        (fit(mark, 11), color),
        fit(item.kind, 9),
        fit(item.lead_name, 18),
        " ",
        fit(item.what, what),
        (f" {age}", MUTED),
    )


def detail(problem: str, of_line: Content | None = None) -> Content:
    """Return the connection's problem, if there is one, and the details of a line."""
    shown = [Content.styled(f"! {problem}", "$text-warning")] if problem else []
    shown += [of_line] if of_line else []
    return (
        Content("\n").join(shown)
        if shown
        else Content.styled(
            f"Everything is saved on this machine first, then sent to {CRM_NAME}.", MUTED
        )
    )


def item_detail(item: OutboxView) -> Content:
    """Return what one item does and how the CRM answered."""
    said = f" {CRM_NAME} answered: {item.last_error}" if item.last_error else ""
    return Content.assemble(
        (f"{item.what}. ", "bold"), f"{item.attempts} {plural(item.attempts, 'attempt')}.", said
    )


def conflict_detail(item: ConflictView) -> Content:
    """Return both values of a conflict with their times."""
    return Content.assemble(
        (f"{field_words(item.field)} ", "bold"),
        f"was {_value(item, item.base)}. ",
        f"Mine: {_value(item, item.mine)} ({item.mine_at.astimezone():%d %b %H:%M}). ",
        f"Theirs: {_value(item, item.theirs)} ({item.theirs_at.astimezone():%d %b %H:%M}"
        f"{f', {item.theirs_by}' if item.theirs_by else ''}).",
    )


def _value(item: ConflictView, text: str) -> str:
    """Return a field's value by the account's label; other names in capitals become words."""
    label = dict(item.labels).get(text, "")
    if label:
        return label
    return option_words(text) if text.isupper() else text or "empty"
