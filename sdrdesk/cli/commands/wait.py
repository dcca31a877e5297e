"""The command that rests the SLA of a lead while the customer asked to wait."""

from __future__ import annotations

import click

from sdrdesk.cli.options import flag, json_option, lead_argument, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer
from sdrdesk.clock import iso_or_none
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.lead.waits import late_words
from sdrdesk.services.two_zones import there_and_here


@click.command
@lead_argument
@text_option("--reason", "Why the customer wants to wait.")
@text_option("--until", "When the SLA clock starts again, in the lead's zone: `thu 10:00`, `+2d`.")
@flag("--end", "Start the SLA clock again now.")
@json_option
def wait(lead_id: str, reason: str, until: str, end: bool, as_json: bool) -> None:
    """Pause a lead's SLA because the customer asked you to wait, here and for the team."""
    with open_session() as session:
        desk = session.ready_desk
        waits = desk.waits
        if end:
            done = waits.end(lead_id)
            lines = [f"The SLA of {done.lead_name} runs again."]
        else:
            if not until:
                raise UsageError(
                    "A wait needs an end.",
                    kept="Nothing was recorded.",
                    next_step="Give --until, such as `thu 10:00` or `+2d`.",
                )
            at = desk.outcome.when(lead_id, until)
            done = waits.start(lead_id, reason, at)
            row = desk.leads.view(done.lead_id).row
            shown = there_and_here(
                at, row.time_zone, row.other_zones, now=desk.now(), here=session.rep_zone
            )
            late = late_words(row.sla_state)
            begin = f"Waiting on {done.lead_name}" if late else f"The SLA of {done.lead_name} rests"
            lines = [f"{begin} until {shown}: {done.reason}", *([late] if late else [])]
        made = {
            "lead_id": done.lead_id,
            "waits_until": iso_or_none(done.until),
            "reason": done.reason,
        }
        answer(as_json, made, lines)
