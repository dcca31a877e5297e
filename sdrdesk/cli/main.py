"""The root command, with every other command below it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import click
from click.exceptions import Exit

from sdrdesk import __version__
from sdrdesk.cli.common_options import quiet_and_verbose, with_common_options
from sdrdesk.cli.options import CommandGroup, LazyCommand, flag
from sdrdesk.cli.terminal.exit import ended
from sdrdesk.cli.terminal.output import NeedsPerson, begin_output, end_output, say_err
from sdrdesk.cli.terminal.verbose import hide_requests
from sdrdesk.domain.errors import ExitCode, UsageError


@click.group(
    name="sdrdesk",
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command the workbench opens. To try it without an account: sdrdesk demo",
)
@click.version_option(__version__, message="sdrdesk %(version)s", help="Print the version.")
@flag("--plain", "Call line by line, without a screen (same as: plain).")
@click.pass_context
def app(context: click.Context, plain: bool) -> int | None:
    """A terminal workbench for sales development reps: right lead, right now, with the reason."""
    if context.invoked_subcommand is None:
        from sdrdesk.cli.workbench import open_plain, open_workbench

        if not plain:
            return open_workbench()
        open_plain()
    return None


app.finish = with_common_options
app.params += quiet_and_verbose(hidden=False)
app.add_later(
    {
        "status": LazyCommand("status:status", "Urgent items, and the state of sync and data."),
        "queue": LazyCommand("queue:queue", "Print the queue, best lead first."),
        "views": LazyCommand("queue:views", "List the views of the queue."),
        "next": LazyCommand("queue:next_lead", "Print the lead to call now."),
        "lead": LazyCommand("queue:lead", "Print one lead with its timeline."),
        "why": LazyCommand("queue:why", "Explain a lead's place in the queue."),
        "funnel": LazyCommand("queue:funnel", "Count the leads that each rule keeps out."),
        "script": LazyCommand("queue:script", "Print the call script for a lead."),
        "ahead": LazyCommand("ahead:ahead", "List what the coming hours will break."),
        "settle": LazyCommand("ahead:settle_leads", "Triage many leads without a call."),
        "snooze": LazyCommand("decisions:snooze", "Rest a lead until a time."),
        "skip": LazyCommand("decisions:skip", "Skip a lead for an hour."),
        "wait": LazyCommand("wait:wait", "Rest a lead's SLA while the customer asked to wait."),
        "wake": LazyCommand("decisions:wake", "End a snooze or skip."),
        "pin": LazyCommand("decisions:pin", "Pin a lead to the top of the queue."),
        "unpin": LazyCommand("decisions:unpin", "Unpin a lead."),
        "zone": LazyCommand("decisions:zone", "Show or set a lead's time zone."),
        "persona": LazyCommand("decisions:persona", "Show or correct a lead's persona."),
        "add": LazyCommand("people:add", "Add one person as your lead."),
        "dupes": LazyCommand("people:dupes", "List possible duplicates of a lead."),
        "merge": LazyCommand("people:merge", "Merge two leads that are one person."),
        "edit": LazyCommand("people:edit", "Correct a person's name, numbers or other data."),
        "callbacks": LazyCommand("agenda:callbacks", "List promised callbacks and meetings."),
        "task": LazyCommand("agenda:task", "E-mail and to-do tasks of the CRM."),
        "unpromise": LazyCommand("decisions:unpromise", "Remove a promised callback."),
        "dispose": LazyCommand("outcomes:dispose", "Record the outcome of a call."),
        "touch": LazyCommand("touches:touch", "Log an e-mail, a message, a meeting or a note."),
        "email": LazyCommand("email:email", "Write the follow-up e-mail of the lead's script."),
        "cadence": LazyCommand("cadence:cadence", "Planned steps: who is in which one."),
        "undo": LazyCommand("outcomes:undo", "Undo the last outcome."),
        "redo": LazyCommand("outcomes:redo", "Redo what was undone last."),
        "correct": LazyCommand("correct:correct", "Correct an earlier outcome or its note."),
        "meetings": LazyCommand("outcomes:meetings", "List upcoming meetings set here."),
        "login": LazyCommand(
            "login:login", "Log in at the CRM with a token, a key, a password or an app."
        ),
        "logout": LazyCommand("login:logout", "Log out, and forget the login on this machine."),
        "whoami": LazyCommand("account:whoami", "Show the rep and the CRM account."),
        "sync": LazyCommand("account:sync", "Send what is waiting and fetch changes."),
        "folder": LazyCommand("folder:folder", "The folder that your machines share."),
        "away": LazyCommand("away:away", "Events while you were away."),
        "connectors": LazyCommand("connectors:connectors", "CRMs this installation can speak to."),
        "doctor": LazyCommand("doctor:doctor", "Check this installation and the account."),
        "setup": LazyCommand("setup:setup", "Set up sdrdesk for the CRM account."),
        "log": LazyCommand("log:log", "Print the activity log of one day."),
        "report": LazyCommand("report:report", "Print a team report."),
        "replay": LazyCommand("replay:replay", "Test another ranking on past calls."),
        "calibrate": LazyCommand(
            "calibrate:calibrate", "Learn the points of the fit score from outcomes."
        ),
        "export": LazyCommand("data:export", "Export leads or activities."),
        "backup": LazyCommand("keeping:backup", "Copy the database, checked, while it is in use."),
        "restore": LazyCommand("keeping:restore", "Put a backup in the place of the database."),
        "forget": LazyCommand("keeping:forget", "Erase a person from this machine."),
        "import": LazyCommand("data:import_file", "Import people from a file."),
        "suppress": LazyCommand("suppress:suppress", "A do-not-call register of numbers."),
        "completions": LazyCommand("shell:completions", "Print the completion file of a shell."),
        "help": LazyCommand("shell:show_help", "Explain a command."),
        "config": LazyCommand("config:config", "The settings in use and where each comes from."),
        "keys": LazyCommand("keys:keys", "List and check the workbench keys."),
        "demo": LazyCommand("demo:demo", "Try the workbench on made-up leads."),
        "plain": LazyCommand("plain:plain", "Call without a screen, line by line."),
        "scripts": LazyCommand("scripts:scripts", "The script library: list, check, locate."),
        "outbox": LazyCommand("outbox:outbox", "Changes waiting to be sent or refused."),
        "conflicts": LazyCommand("outbox:conflicts", "Fields changed here and at the CRM."),
        "block": LazyCommand("block:block", "Call blocks: start, pause, resume, end."),
        "rules": LazyCommand("rules:rules", "Check the team's rules."),
        "hooks": LazyCommand("hooks:hooks", "Programs of yours that hear of events."),
        "mcp": LazyCommand("mcp:mcp", "Serve the desk to an agent (Model Context Protocol)."),
        "fit": LazyCommand("rules:fit", "Check the fit rules."),
        "dispositions": LazyCommand("rules:dispositions", "Check the outcomes."),
        "qualification": LazyCommand("rules:qualification", "Check the qualification slots."),
        "relay": LazyCommand("relay:relay", "The team feed: serve, check, keys, rights."),
        "sandbox": LazyCommand("sandbox:sandbox", "A HubSpot-compatible CRM on this machine."),
    }
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Never raises."""
    begin_output()
    hide_requests()
    code = ended(lambda: _command(arguments))
    end_output(code)
    return code


def _command(arguments: Sequence[str]) -> object:
    _refuse_broken_text(arguments)
    try:
        with app.make_context("sdrdesk", list(arguments)) as context:
            return app.invoke(context)
    except NeedsPerson:
        return int(ExitCode.NEEDS_PERSON)
    except Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        say_err(told.getvalue().rstrip("\n"))  # echoes what was typed, so it must be cleaned
        return error.exit_code
    except (click.Abort, EOFError) as error:
        raise KeyboardInterrupt from error


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Raise ``UsageError`` for bytes that are not text: no name, note or file could hold them."""
    for number, argument in enumerate(arguments, start=1):
        try:
            argument.encode("utf-8")
            if "\0" in argument:  # a program that runs commands on its own may pass one
                raise ValueError(argument)
        except ValueError as error:  # UnicodeEncodeError is one
            raise UsageError(
                f"Argument {number} is not UTF-8 text: {ascii(argument)[:80]}.",
                kept="Nothing was done.",
                next_step="Type it again in a terminal that is set to UTF-8.",
            ) from error
