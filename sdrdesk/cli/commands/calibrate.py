"""The command that learns points of fit from outcomes."""

from __future__ import annotations

from pathlib import Path

import click

from sdrdesk.cli.options import json_option
from sdrdesk.cli.terminal.output import answer


@click.command
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="CSV file of past leads, one per line, with headings.",
)
@click.option(
    "--outcome",
    metavar="COLUMN",
    required=True,
    help="Its column of outcomes; COLUMN=VALUE names the value that is a win.",
)
@click.option(
    "--time",
    metavar="COLUMN",
    default="",
    help="Its column of moments: the last 30 % judge. Without it a random 30 %.",
)
@click.option(
    "--allow",
    metavar="COLUMN",
    multiple=True,
    help="Use a column although it looks as if written after the call.",
)
@json_option
def calibrate(
    data: Path, outcome: str, time: str, allow: tuple[str, ...], *, as_json: bool
) -> None:
    """Learn points of fit from outcomes.

    Learns on 70 % of past leads, judges on the others, and changes no file.
    """
    from sdrdesk.services.calibration.table import calibrate_table
    from sdrdesk.services.calibration.words import lines, to_json

    table = calibrate_table(data, outcome, time, allow)
    document = {**to_json(table.found), "notes": list(table.notes)}
    answer(as_json, document, [*table.notes, *lines(table.found)])
