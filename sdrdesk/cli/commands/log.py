"""The rarer forms of ``log``: day files of several reps in one, and a display on the wall."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sdrdesk.cli.terminal.output import need_person, print_json, say
from sdrdesk.domain.errors import UsageError

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

WATCH_S = 30.0
"""Seconds between two paintings of a wall display; the sync brings news about as often."""
_HOME = "\x1b[H\x1b[2J"


def merge_files(
    session: Session, words: Sequence[str], *, as_json: bool, with_crm: bool = False
) -> None:
    """Print one log of several day files; leaves with 5 when they disagree.

    ``with_crm`` holds them against what the CRM had at the last sync, too.
    """
    from sdrdesk.services.desk.json import log_json
    from sdrdesk.services.reports.day_files import read_day_files

    if words[0] != "merge" or len(words) < 2:
        raise UsageError(
            f"`log {' '.join(words)}` is not understood.",
            next_step="Write `sdrdesk log merge FILE...` or `sdrdesk log --day DATE`.",
        )
    paths = [Path(word) for word in words[1:]]
    rules = session.rulebook
    merged = read_day_files(
        paths,
        rules.dispositions,
        rules.sla.targets.conversation_s,
        (lambda day: log_json(session.log(day, "all"))) if with_crm else None,
    )
    if as_json:
        print_json(merged.to_json())
    else:
        for line in merged.lines():
            say(line)
    if merged.needs_person:
        raise need_person()


def comment_on(session: Session, words: Sequence[str], *, upstream: bool) -> None:
    """Keep a comment on a call, with ``upstream`` also as a note at the CRM."""
    if len(words) < 3:
        raise UsageError(
            "A comment names a call and says something.",
            next_step='Write `sdrdesk log comment KEY "your words"`; `log --json` has the keys.',
        )
    say(session.desk.comments.add(words[1], " ".join(words[2:]), upstream=upstream))


def watch_log(
    session: Session,
    day: str,
    rep: str,
    wait: Callable[[float], bool] | None = None,
) -> None:
    """Paint the log again and again until stopped; ``wait`` says whether to stop."""
    from sdrdesk.services.log.text import log_lines

    wait = wait or threading.Event().wait
    while True:
        view = session.log(session.day(day), rep)
        if sys.stdout.isatty():
            sys.stdout.write(_HOME)  # ours: ``say`` would clean it away
        for line in log_lines(view):
            say(line)
        if wait(WATCH_S):
            return
