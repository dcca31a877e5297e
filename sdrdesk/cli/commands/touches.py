"""The command that logs a touch without a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import choice_option, json_option, lead_argument, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer
from sdrdesk.domain.outcome.touch import TOUCH_KINDS
from sdrdesk.services.desk.json import touched_json

if TYPE_CHECKING:
    from sdrdesk.domain.outcome.touch import Direction, TouchKind


@click.command
@lead_argument
@click.argument("kind", metavar="KIND", type=click.Choice(TOUCH_KINDS))
@text_option("--text", "What was written or said.")
@text_option("--at", "When it happened; default: now.")
@choice_option("--direction", "in: they wrote to you.", ["in", "out"], default="out")
@json_option
def touch(
    lead_id: str, kind: TouchKind, text: str, at: str, direction: Direction, as_json: bool
) -> None:
    """Log a contact other than a call: email, linkedin, sms, meeting (in person) or note.

    Nothing is sent to the person. The CRM gets it once; undo takes it back until then.
    """
    with open_session() as session:
        desk = session.desk
        moment = desk.outcome.when(lead_id, at, past=True) if at else None
        done = desk.touches.record(lead_id, kind, text, moment, direction)
        answer(as_json, touched_json(done), [f"{done.words} logged for {done.lead_name}."])
