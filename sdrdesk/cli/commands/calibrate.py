"""The command that learns points of fit from outcomes."""

from __future__ import annotations

from pathlib import Path

import click

from sdrdesk.cli.options import json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.calibration.table import calibrate_table
from sdrdesk.services.calibration.words import lines, to_json
from sdrdesk.services.reports.fit_calibration import calibrate_leads, write_files


@click.command
@click.option(
    "--from", "start", metavar="DATE", default="", help="First day of conversions; a year back."
)
@click.option(
    "--target",
    type=click.Choice(["meeting", "qualified"]),
    default="meeting",
    show_default=True,
    help="Result that counts as won.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the new fit.toml there, if it does better than the one in use.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Learn from a CSV file of past leads instead.",
)
@click.option(
    "--outcome",
    metavar="COLUMN",
    default="",
    help="The file's column of outcomes; COLUMN=VALUE names the value that is a win.",
)
@click.option(
    "--time",
    metavar="COLUMN",
    default="",
    help="The file's column of times: the latest 30 % are the test. Without it, a random 30 %.",
)
@click.option(
    "--allow",
    metavar="FIELD",
    multiple=True,
    help="Use a field although it seems to be filled in after the call.",
)
@json_option
def calibrate(
    start: str,
    target: str,
    out: Path | None,
    data: Path | None,
    outcome: str,
    time: str,
    allow: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Learn the points of the fit score from outcomes.

    Learns from 70 % of past leads, tests on the rest, and never changes the fit.toml in use.
    """
    if data is not None:
        if not outcome:
            raise UsageError("--data needs --outcome COLUMN.")
        if out is not None or start:
            word = "--out" if out is not None else "--from"
            raise UsageError(f"{word} does not go with --data: nothing is written then.")
        _of_table(data, outcome, time, allow, as_json)
        return
    if outcome or time:
        raise UsageError("--outcome and --time need --data FILE.")
    _of_leads(start, "meeting" if target == "meeting" else "qualified", out, allow, as_json)


def _of_table(data: Path, outcome: str, time: str, allow: tuple[str, ...], as_json: bool) -> None:
    table = calibrate_table(data, outcome, time, allow)
    document = {**to_json(table.found), "notes": list(table.notes)}
    answer(as_json, document, [*table.notes, *lines(table.found)])


def _of_leads(
    start: str, target: str, out: Path | None, allow: tuple[str, ...], as_json: bool
) -> None:
    with open_session() as session:
        first = session.day(start) if start else None
        rules = session.written_rules
        learned = calibrate_leads(
            session.report_reader,
            rules.fit,
            rules.ranking.points_per_fit,
            first,
            "meeting" if target == "meeting" else "qualified",
            allow,
        )
        found, written = learned.found, []
        if out is not None and found.refused is None:
            ranking = rules.path("ranking.toml").read_text(encoding="utf-8")
            heading = f"Learned from conversions of {learned.first} to {learned.last}: {target}."
            written = write_files(learned, out, ranking, heading)
        document = {
            **to_json(found),
            "target": target,
            "from": learned.first.isoformat(),
            "to": learned.last.isoformat(),
            "written": written,
        }
        head = (
            f"Leads that converted {learned.first} to {learned.last} and were reached or closed; "
            f"won: {target}."
        )
        tail = [f"Written: {', '.join(written)}. Try it: sdrdesk replay --from "
                f"{learned.last} --config {out}"] if written else []  # fmt: skip
        answer(as_json, document, [head, *lines(found), *tail])
        if out is not None and not written:
            raise need_person()
