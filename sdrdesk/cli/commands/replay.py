"""The command that tries another ranking on the past."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sdrdesk.cli.commands.queue import AsJson

if TYPE_CHECKING:
    from sdrdesk.domain.queue.backtest import Agreement, Position, Replay, ReplayedCall


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(replay)


def replay(
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.", metavar="DATE")],
    config: Annotated[
        Path,
        typer.Option(
            help="Folder with another ranking.toml, fit.toml or both.",
            exists=True,
            file_okay=False,
        ),
    ],
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "today",
    as_json: AsJson = False,
) -> None:
    """Compare what another ranking would have put first with what you really called."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import print_json, say
    from sdrdesk.cli.terminal.progress import ProgressLine
    from sdrdesk.services.queue.backtest import Backtest, replay_words

    with open_session() as session:
        first, last = session.day(start), session.day(end)
        mine = session.ready_desk.my_owner_ids()
        replaying = Backtest(session.db, session.rulebook, mine, session.rep_zone)
        with ProgressLine() as progress:
            found = replaying.compare(
                config, first, last, lambda done, of: progress.tell("calls", done, of)
            )
        if as_json:
            print_json({"from": first.isoformat(), "to": last.isoformat(), **_json(found)})
        else:
            for line in replay_words(found, first, last):
                say(line)


def _json(found: Replay) -> dict[str, object]:
    from sdrdesk.services.queue.backtest import verdict_words

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
    from sdrdesk.clock import iso

    return {
        "lead_id": dial.lead_id,
        "at": iso(dial.at),
        "callable": dial.callable,
        "present": _place(dial.present),
        "other": _place(dial.other),
    }


def _place(place: Position) -> dict[str, object]:
    from sdrdesk.clock import iso_or_none

    return {"rank": place.rank, "on_top_at": iso_or_none(place.on_top_at)}
