"""Commands of the cadences."""

from __future__ import annotations

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option, lead_argument
from sdrdesk.cli.session import Session, open_session
from sdrdesk.cli.terminal.output import answer, need_person, table
from sdrdesk.clock import iso
from sdrdesk.domain.cadence.words import WORDS
from sdrdesk.services.cadence.service import CadenceLine, NamedRun
from sdrdesk.services.desk.cadence_end import end_cadence
from sdrdesk.services.rep_zone import local_words
from sdrdesk.store.database.timestamps import from_ms


@click.group(cls=CommandGroup, no_args_is_help=True)
def cadence() -> None:
    """Cadences: planned steps of calls, e-mails and messages; who is in which step."""


@cadence.command("list")
@flag("--everybody", "Count colleagues' leads too.")
@json_option
def list_cadences(everybody: bool, as_json: bool) -> None:
    """List the cadences, the team's own first, with the number of leads in each."""
    with open_session() as session:
        found = session.desk.cadences.lines(everybody=everybody)
        rows = [
            (
                line.name,
                line.title,
                str(len(line.steps) - 1),
                str(line.leads),
                "shipped" if line.shipped else "yours",
            )
            for line in found
        ]
        lines = table(("cadence", "title", "steps", "leads", "from"), rows)
        answer(as_json, [_json(line) for line in found], lines)


@cadence.command
@click.argument("name")
@flag("--everybody", "Also colleagues' leads.")
@json_option
def show(name: str, everybody: bool, as_json: bool) -> None:
    """Show the steps of the cadence NAME and who is in which."""
    with open_session() as session:
        service = session.desk.cadences
        line = service.line(name, everybody=everybody)
        runs = service.runs(name, everybody=everybody)
        lines = [f"{line.title}: {line.about}" if line.about else line.title]
        lines += [
            f"  {step.number or 'end'}. {step.words}" + (f"  [{step.leads}]" if step.leads else "")
            for step in line.steps
        ]
        lines += [_words(session, run) for run in runs]
        answer(as_json, _json(line) | {"runs": [_run_json(run) for run in runs]}, lines)


@cadence.command
@json_option
def lint(as_json: bool) -> None:
    """Check the cadence files."""
    with open_session() as session:
        found = session.desk.cadences.lint()
        data = [{"level": level, "where": where, "text": text} for level, where, text in found]
        lines = [f"{level}: {where}: {text}" for level, where, text in found]
        lines.append(f"{len(session.desk.cadences.names())} cadences, {len(found)} findings")
        answer(as_json, data, lines)
        if found:
            raise need_person()


@cadence.command
@lead_argument
@click.argument("name")
@json_option
def start(lead_id: str, name: str, as_json: bool) -> None:
    """Put a lead into the cadence NAME; a lead can be in one only."""
    with open_session() as session:
        run = session.desk.cadences.start(lead_id, name)
        answer(as_json, _run_json(run), [_words(session, run)])


@cadence.command
@lead_argument
@click.argument("name", default="")
@json_option
def stop(lead_id: str, name: str, as_json: bool) -> None:
    """Take a lead out of its cadence; with NAME only if it is that one."""
    with open_session() as session:
        run = session.desk.cadences.stop(lead_id, name)
        answer(as_json, _run_json(run), [f"{run.name} is out of {run.run.cadence}."])


@cadence.command
@lead_argument
@click.option("--reason", default="", help="Key of the reason, where the outcome needs one.")
@click.option("--to", default="", metavar="REP", help="Rep who gets a lead that is handed back.")
@flag("--dry-run", "Show what would change; nothing is recorded.")
@json_option
def end(lead_id: str, reason: str, to: str, dry_run: bool, as_json: bool) -> None:
    """Nurture, disqualify or hand back a lead that has had every step, as its cadence says."""
    with open_session() as session:
        done = end_cadence(session.ready_desk, lead_id, reason=reason, to=to, dry_run=dry_run)
        data = {
            "lead_id": done.end.lead_id,
            "cadence": done.end.cadence,
            "end": done.end.what,
            "activity_key": done.activity_key or None,
            "preview": list(done.preview),
            "recorded": not dry_run,
        }
        answer(as_json, data, [done.said, *(f"  {line}" for line in done.preview)])


def _words(session: Session, run: NamedRun) -> str:
    due = f", due {local_words(run.due_at, session.rep_zone)}" if run.due_at else ""
    words = f"{run.run.cadence}, {run.step_words(session.clock())}{due}"
    return f"{run.name}: {words}  [{run.run.lead_id}]"


def _json(line: CadenceLine) -> dict[str, object]:
    return {
        "name": line.name,
        "title": line.title,
        "about": line.about,
        "from": "shipped" if line.shipped else "team",
        "leads": line.leads,
        "steps": [
            {"step": s.number or None, "what": s.what, "text": s.words, "leads": s.leads}
            for s in line.steps
        ],
    }


def _run_json(run: NamedRun) -> dict[str, object]:
    row = run.run
    return {
        "lead_id": row.lead_id,
        "name": run.name,
        "cadence": row.cadence,
        "step": row.step + 1 if row.step < row.steps else None,
        "steps": row.steps,
        "what": row.what,
        "text": WORDS.get(row.what, row.what),
        "due_at": iso(run.due_at) if run.due_at else None,
        "started_at": iso(from_ms(row.started_ms)),
        "owner_id": row.owner_id,
    }
