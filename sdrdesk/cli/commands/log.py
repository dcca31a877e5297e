"""The command for the activity log: a day, merged day files, comments, a wall display."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import csv_option, flag, json_option, markdown_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.html_file import definitions_option, html_options, write_files
from sdrdesk.cli.terminal.output import answer, need_person, print_json, say, say_err
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.desk.json import log_json
from sdrdesk.services.feed.steps import StepView, step_lines, steps_json
from sdrdesk.services.log.text import (
    log_csv,
    log_lines,
    log_markdown,
    log_pictures,
    log_sheet,
)
from sdrdesk.services.reports.day_files import held_otherwise, read_day_files
from sdrdesk.services.reports.whose import whose_of
from sdrdesk.services.views.log import LogView

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

_WATCH_S = 30.0
"""Seconds between two refreshes; the sync brings changes about as often."""
_WALL_S = 2.0
"""Seconds between two looks at what the team feed brought."""
_HOME = "\x1b[H\x1b[2J"


@click.command
@click.argument(
    "words",
    nargs=-1,
    metavar="[WORD]...",
    help="`merge` and the files that reps saved with `log --json`; or `comment`, the key of a call "
    "and your comment.",
)
@text_option("--day", "Such as 2026-11-20, yesterday, mon, 2 weeks ago.", default="today")
@text_option("--rep", "Owner id, e-mail or all; default: you.")
@text_option("--team", "A team of team.toml.", metavar="NAME")
@json_option
@csv_option
@markdown_option
@html_options
@definitions_option
@flag("--watch", "Refresh every 30 s until stopped; with the team feed, as news comes in.")
@flag("--crm with_crm", "Also reconcile merged files with the CRM.")
@flag("--upstream", "Also add the comment to the CRM, as a note.")
def log(
    words: Sequence[str],
    day: str,
    rep: str,
    team: str,
    as_json: bool,
    as_csv: bool,
    as_markdown: bool,
    html: Path | None,
    xlsx: Path | None,
    shared: bool,
    definitions: bool,
    watch: bool,
    with_crm: bool,
    upstream: bool,
) -> None:
    """Print the activity log of one day: totals per rep, then every call."""
    with open_session() as session:
        if words and words[0] == "comment":
            _comment_on(session, words, upstream=upstream)
            return
        if words:
            _merge_files(session, words, as_json=as_json, with_crm=with_crm)
            return
        rep = whose_of(rep, team)
        if watch:
            watch_log(session, day, rep)
            return
        view = session.log(session.day(day), rep)
        targets = session.rulebook.sla.targets
        steps = _steps(session, view, rep)
        if html or xlsx:
            sheet, pictures = log_sheet(view, targets), log_pictures(view)
            write_files(html, xlsx, sheet, shared=shared, pictures=pictures)
        elif as_json:
            print_json(log_json(view) | steps_json(steps))
        else:
            shown: Iterable[str] = log_lines(view, targets if definitions else None)
            if as_csv or as_markdown:
                shown = [log_csv(view) if as_csv else log_markdown(view, targets)]
            else:
                shown = [*shown, *step_lines(steps, view.time_zone)]
            for line in shown:
                say(line.rstrip("\n"))
        for note in view.notes:
            say_err(note)
        if not view.activities and (why := session.why_empty()):
            say_err(why)


def _steps(session: Session, view: LogView, rep: str) -> Sequence[StepView]:
    """Return the steps of round robin that belong to a log."""
    return session.desk.wall.steps(view, everybody=rep == "all")


def _merge_files(session: Session, words: Sequence[str], *, as_json: bool, with_crm: bool) -> None:
    """Print one log from several day files; exit with 5 when they disagree."""
    if words[0] != "merge" or len(words) < 2:
        raise UsageError(
            f"`log {' '.join(words)}` is not a command.",
            next_step="Use `sdrdesk log merge FILE...` or `sdrdesk log --day DATE`.",
        )
    rules = session.rulebook
    merged = read_day_files(
        [Path(word) for word in words[1:]],
        rules.dispositions,
        rules.sla.targets.conversation_s,
        (lambda day: log_json(session.log(day, "all"))) if with_crm else None,
        (lambda gone: held_otherwise(session.db, gone)) if with_crm else lambda _: {},
    )
    answer(as_json, merged.to_json(), merged.lines())
    if merged.needs_person:
        raise need_person()


def _comment_on(session: Session, words: Sequence[str], *, upstream: bool) -> None:
    """Store a comment on a call; with ``upstream`` also as a note at the CRM."""
    if len(words) < 3:
        raise UsageError(
            "A comment needs the key of a call and a text.",
            next_step='Use `sdrdesk log comment KEY "your words"`; `log --json` lists the keys.',
        )
    say(session.desk.comments.add(words[1], " ".join(words[2:]), upstream=upstream))


def watch_log(
    session: Session,
    day: str,
    rep: str,
    wait: Callable[[float], bool] | None = None,
) -> None:
    """Print the log again and again until ``wait``, called with the seconds, returns true."""
    wait = wait or threading.Event().wait
    while True:
        view = session.log(session.day(day), rep)
        if sys.stdout.isatty():
            sys.stdout.write(_HOME)  # not with ``say``, which would remove it
        wall = session.desk.wall.now()
        steps = step_lines(_steps(session, view, rep), view.time_zone)
        for line in (*log_lines(view), *steps, *([""] if wall else []), *wall):
            say(line)  # the wall comes last: it stays in sight when the day is longer than a screen
        if _wait_for_news(session, wall, wait):
            return


def _wait_for_news(session: Session, wall: list[str], wait: Callable[[float], bool]) -> bool:
    """Wait until the wall shows something else, at most until the next refresh; true: the end."""
    if not session.settings.feed.url:
        return wait(_WATCH_S)
    for _ in range(round(_WATCH_S / _WALL_S)):
        if wait(_WALL_S):
            return True
        if session.desk.wall.now() != wall:
            break
    return False
