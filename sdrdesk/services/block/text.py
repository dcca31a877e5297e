"""The summary of a block as lines, as Markdown and as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.block.block import Block, ahead, left_s, paused_s
from sdrdesk.domain.block.parsing import goal_words
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.humanize import moment_words, plural, span_words
from sdrdesk.services.reports.tables import markdown_cell
from sdrdesk.services.views.block import BlockSummary, BlockView, PartView
from sdrdesk.services.views.queue import view_label


def summary_rows(summary: BlockSummary, zone: ZoneInfo | None) -> Iterator[tuple[str, str]]:
    """Yield (label, text) line by line; names in the text come from the CRM.

    Times are in ``zone``, ``None`` is the zone of this machine.
    """
    block, done = summary.block, summary.done
    yield "Goal", goal_line(summary)
    yield (
        "Done",
        f"{_many(done.dials, 'dial')} · {_many(done.connects, 'connect')} · "
        f"{_many(done.conversations, 'conversation')} · {_many(done.meetings, 'meeting')}",
    )
    if summary.outcomes:
        yield "Outcomes", " · ".join(f"{label} {count}" for label, count in summary.outcomes)
    if summary.without_call:
        yield "No call", f"{_many(summary.without_call, 'lead')} closed without one"
    for name, at in summary.met:
        yield "Meetings", f"{name}{_at(at, zone)}"
    for name, at in summary.promised:
        yield "Callbacks", f"{name}{_at(at, zone)}"
    parts = summary.split
    yield (
        "Time",
        f"{span_words(parts.talk_s)} in calls · {span_words(parts.wrap_s)} between · "
        f"{span_words(parts.pause_s)} paused",
    )
    for pause in block.pauses:
        spent = ((pause.ended_at or summary.as_of) - pause.started_at).total_seconds()
        yield "Paused", f"{span_words(spent)} · {pause.reason}"
    yield "Recipe", recipe_line(summary.parts)
    yield "Unsent", _unsent(summary)
    yield "Next", next_line(summary, zone)


def goal_line(summary: BlockSummary) -> str:
    """Return the result against the goal."""
    goal, done = summary.block.goal, summary.done.of(summary.block.goal.kind)
    if done >= goal.count:
        return f"{goal_words(goal)} · ✓ reached with {done}"
    return f"{goal_words(goal)} · {done} done, {goal.count - done} missing"


def recipe_line(parts: tuple[PartView, ...]) -> str:
    """Return the leads called and left of each part."""
    if len(parts) == 1:
        return f"{view_label(parts[0].view)} · {parts[0].left} left"
    return " · ".join(f"{view_label(p.view)} {p.called} called, {p.left} left" for p in parts)


def next_line(summary: BlockSummary, zone: ZoneInfo | None) -> str:
    """Return the leads for another such block."""
    found = [f"{_many(summary.callable, 'lead')} callable"]
    if summary.callbacks_next and summary.next_callback_at is not None:
        first = f"{summary.next_callback_at.astimezone(zone):%H:%M}"
        found.append(f"{_many(summary.callbacks_next, 'callback')} due, first {first}")
    else:
        found.append("no callbacks due")
    return f"{span_words(summary.block.length_s)} · " + " · ".join(found)


def title_of(summary: BlockSummary, zone: ZoneInfo) -> str:
    """Return the heading: date, rep, length."""
    begun, end = summary.block.started_at.astimezone(zone), summary.as_of.astimezone(zone)
    who = f" · {summary.rep}" if summary.rep else ""
    return f"Call block {begun:%a %d %b %Y %H:%M}–{end:%H:%M}{who}"


def summary_markdown(summary: BlockSummary, zone: ZoneInfo) -> str:
    """Return the summary as Markdown; text from the CRM is escaped."""
    lines = [f"# {markdown_cell(title_of(summary, zone))}", ""]
    lines += [
        f"- **{what}**: {markdown_cell(words)}" for what, words in summary_rows(summary, zone)
    ]
    lines.append(f"- **Zone**: times are {markdown_cell(zone.key)}")
    return "\n".join(lines) + "\n"


def keep_markdown(directory: Path, summary: BlockSummary, zone: ZoneInfo) -> Path:
    """Write the summary as a file that only the rep can read, and return its path.

    The same block writes the same file.

    Raises:
        SdrDeskError: the file cannot be written.
    """
    begun = summary.block.started_at.astimezone(zone)
    path = directory / f"block-{begun:%Y-%m-%d-%H%M}-{summary.block.block_id[:8]}.md"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(summary_markdown(summary, zone))
        draft.replace(path)
    except OSError as error:
        raise SdrDeskError(
            f"The summary cannot be written to {directory}: {error.strerror or error}.",
            kept="The block itself is kept.",
            next_step="Free space or give yourself access, then keep it again.",
        ) from error
    return path


def block_json(view: BlockView | None, now: datetime) -> dict[str, object]:
    """Return the output of ``block status --json``."""
    if view is None:
        return {"running": False, "block": None}
    block, done = view.block, view.done
    return {
        "running": True,
        "block": {
            **_block(block, now),
            "left_s": left_s(block, now),
            "paused": block.pause.reason if block.pause else None,
            "ahead": ahead(block, done, now),
            "dials": done.dials,
            "connects": done.connects,
            "conversations": done.conversations,
            "meetings_set": done.meetings,
            "talk_s": done.talk_s,
        },
    }


def summary_json(summary: BlockSummary) -> dict[str, object]:
    """Return the output of ``block end --json``."""
    done, parts = summary.done, summary.split
    return {
        **_block(summary.block, summary.as_of),
        "reached": done.of(summary.block.goal.kind) >= summary.block.goal.count,
        "dials": done.dials,
        "connects": done.connects,
        "conversations": done.conversations,
        "meetings_set": done.meetings,
        "settled_without_call": summary.without_call,
        "outcomes": dict(summary.outcomes),
        "talk_s": parts.talk_s,
        "wrap_s": parts.wrap_s,
        "unsent": summary.unsent,
        "refused": summary.refused,
        "parts": [part._asdict() for part in summary.parts],
        "next": {
            "callable": summary.callable,
            "callbacks": summary.callbacks_next,
            "next_callback_at": iso_or_none(summary.next_callback_at),
        },
    }


def _block(block: Block, now: datetime) -> dict[str, object]:
    return {
        "block_id": block.block_id,
        "started_at": iso(block.started_at),
        "ended_at": iso_or_none(block.ended_at),
        "length_s": block.length_s,
        "goal": {"kind": block.goal.kind.value, "count": block.goal.count},
        "recipe": block.recipe,
        "pauses": [
            {
                "reason": pause.reason,
                "started_at": iso(pause.started_at),
                "ended_at": iso_or_none(pause.ended_at),
            }
            for pause in block.pauses
        ],
        "paused_s": paused_s(block, now),
    }


def _unsent(summary: BlockSummary) -> str:
    if not summary.unsent and not summary.refused:
        return "nothing; the CRM has all of it"
    found = [f"{_many(summary.unsent, 'item')} of this block, kept here until sent"]
    if summary.refused:
        found.append(f"! {summary.refused} refused: look at 3")
    return " · ".join(found if summary.unsent else found[1:])


def _many(count: int, word: str) -> str:
    return f"{count} {plural(count, word)}"


def _at(moment: datetime | None, zone: ZoneInfo | None) -> str:
    return f" · {moment_words(moment.astimezone(zone))}" if moment else ""
