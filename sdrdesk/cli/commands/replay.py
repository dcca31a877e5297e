"""The command that tries another ranking on past calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer
from sdrdesk.cli.terminal.progress import ProgressLine
from sdrdesk.clock import iso, iso_or_none
from sdrdesk.services.queue.backtest import (
    Backtest,
    files_not_used,
    files_used,
    replay_words,
    verdict_words,
)

if TYPE_CHECKING:
    from sdrdesk.domain.queue.backtest import Agreement, Position, Replay, ReplayedCall


@click.command
@click.option(
    "--from", "start", required=True, metavar="DATE", help="First day: 2026-11-20, mon, 3 nov."
)
@click.option(
    "--config",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder with another ranking.toml, fit.toml or both.",
)
@text_option("--to end", "Last day.", default="today", metavar="DATE")
@json_option
def replay(start: str, config: Path, end: str, as_json: bool) -> None:
    """Compare another ranking with the calls you really made."""
    with open_session() as session:
        first, last = session.day(start), session.day(end)
        mine = session.ready_desk.my_owner_ids()
        replaying = Backtest(session.db, session.rulebook, mine, session.rep_zone)
        with ProgressLine() as progress:
            found = replaying.compare(
                config, first, last, lambda done, of: progress.tell("calls", done, of)
            )
        used, aside = files_used(config), files_not_used(config)
        document = {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "used": list(used),
            "not_used": aside,
            **_json(found),
        }
        files = [f"Compared with {' and '.join(used)} in {config}"]
        files += [f"Not used: {name}: {why}" for name, why in aside.items()]
        answer(as_json, document, (*files, *replay_words(found, first, last)))


def _json(found: Replay) -> dict[str, object]:
    return {
        "dials": len(found.dials),
        "outside_queue": found.outside,
        "present": _share(found.present),
        "other": _share(found.other),
        "won": {
            "count": found.won,
            "earlier": found.earlier,
            "later": found.later,
            "same": found.same,
            "by_chance": round(found.by_chance, 4),
            "leads": [_won(dial) for dial in found.dials if dial.won],
        },
        "verdict": found.verdict,
        "text": verdict_words(found),
    }


def _share(share: Agreement) -> dict[str, object]:
    return {
        "top_1": share.top_1,
        "top_5": share.top_5,
        "top_10": share.top_10,
        "mean_rank": share.mean_rank,
        "median_rank": share.median_rank,
    }


def _won(dial: ReplayedCall) -> dict[str, object]:
    return {
        "lead_id": dial.lead_id,
        "at": iso(dial.at),
        "callable": dial.callable,
        "present": _place(dial.present),
        "other": _place(dial.other),
    }


def _place(place: Position) -> dict[str, object]:
    return {"rank": place.rank, "on_top_at": iso_or_none(place.on_top_at)}
