"""Commands about what is waiting to be sent, and about fields that changed on both sides."""

from __future__ import annotations

from typing import Literal

import click

from sdrdesk.cli.options import CommandGroup, choice_option, flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, table
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.desk.json import conflicts_json, outbox_json, questions_json

sent_option = flag("--all sent", "Include sent items and receipts.")


@click.group(cls=CommandGroup, invoke_without_command=True)
@sent_option
@json_option
@click.pass_context
def outbox(context: click.Context, sent: bool, as_json: bool) -> None:
    """List what is waiting to be sent and what was refused."""
    if context.invoked_subcommand is None:
        context.invoke(list_outbox, sent=sent, as_json=as_json)


@outbox.command("list")
@sent_option
@json_option
def list_outbox(sent: bool, as_json: bool) -> None:
    """List what is waiting to be sent and what was refused."""
    with open_session() as session:
        items = session.desk.outbox.items(sent=sent)
        rows = [(i.state, i.what, i.lead_name, str(i.attempts), i.last_error, i.key) for i in items]
        lines = table(("state", "what", "lead", "tries", "last error", "key"), rows, right="tries")
        answer(as_json, outbox_json(items), lines if items else ["Nothing is waiting to be sent."])


@outbox.command
@click.argument("key", required=False, default="", help="Key of the item.")
@flag("--all everything", "Every refused item.")
@json_option
def retry(key: str, everything: bool, as_json: bool) -> None:
    """Send a refused item again, or all of them."""
    if bool(key) == everything:
        raise UsageError(
            "Name one item, or all.",
            kept="Nothing was changed.",
            next_step="`sdrdesk outbox retry KEY`, or `sdrdesk outbox retry --all`.",
        )
    if key:
        _change("retry", key, "queued again; it is sent with the next sync", as_json)
        return
    with open_session() as session:
        keys, asks = session.desk.outbox.retry_all()
        lines = [f"{len(keys)} refused items queued again; they are sent with the next sync."]
        lines += [f"{key}: somebody changed it at the CRM; retry or drop it alone." for key in asks]
        answer(as_json, {"keys": keys, "left": asks, "done": "retry"}, lines)
        if asks:
            raise need_person()


@outbox.command
@click.argument("key", help="Key of the item.")
@json_option
def drop(key: str, as_json: bool) -> None:
    """Delete a refused item; the outcome you recorded stays in the log."""
    words = "deleted; the activity stays in the log. This cannot be undone"
    _change("drop", key, words, as_json)


@outbox.command("questions")
@json_option
def list_questions(as_json: bool) -> None:
    """List what you recorded for leads that moved, were deleted or qualified meanwhile.

    None of it is sent before you answer. Exit code 5 if there is any.
    """
    with open_session() as session:
        asked = session.desk.questions.open()
        rows = [(q.became, q.lead_name, "; ".join(q.what), q.key) for q in asked]
        lines = (
            *table(("the lead", "name", "you recorded", "key"), rows),
            "To answer: sdrdesk outbox answer KEY... | --all [--why moved]  --as write|note|drop",
        )
        answer(as_json, questions_json(asked), lines if asked else ["Nothing waits for an answer."])
        if asked:
            raise need_person()


@outbox.command("answer")
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@flag("--all everything", "Answer all questions, or those of --why.")
@choice_option("--why", "Only these, with --all.", ("moved", "qualified", "deleted"))
@click.option(
    "--as",
    "how",
    type=click.Choice(["write", "note", "drop"]),
    required=True,
    help="write: send it all the same; note: send what happened, and the rest as a note to the "
    "lead's owner; drop: send nothing, keep it in the log.",
)
@json_option
def answer_questions(
    keys: tuple[str, ...],
    everything: bool,
    why: str | None,
    how: Literal["write", "note", "drop"],
    as_json: bool,
) -> None:
    """Answer questions about leads that moved, were deleted or qualified meanwhile."""
    if bool(keys) is everything or (why and not everything):
        raise click.UsageError("Give keys, or --all (with --why or without).")
    with open_session() as session:
        questions = session.desk.questions
        if everything:
            asked = [q for q in questions.open() if why in (None, q.reason)]
            keys = tuple(q.key for q in asked if how != "note" or q.takes_note)
        done = questions.answer(keys, how)
        left = len(questions.open())
        said = f"{done.questions} answered ({done.items} items), {left} left."
        answer(as_json, {"answered": done.questions, "items": done.items, "left": left}, [said])


def _change(verb: Literal["retry", "drop"], key: str, words: str, as_json: bool) -> None:
    with open_session() as session:
        (session.desk.outbox.retry if verb == "retry" else session.desk.outbox.drop)(key)
        answer(as_json, {"key": key, "done": verb}, [f"{key}: {words}."])


@click.group(cls=CommandGroup, invoke_without_command=True)
@json_option
@click.pass_context
def conflicts(context: click.Context, as_json: bool) -> None:
    """List fields that were changed here and at the CRM; exit code 5 when there are any."""
    if context.invoked_subcommand is None:
        context.invoke(list_conflicts, as_json=as_json)


@conflicts.command("list")
@json_option
def list_conflicts(as_json: bool) -> None:
    """List fields that were changed here and at the CRM; exit code 5 when there are any."""
    with open_session() as session:
        items = session.desk.outbox.conflicts()
        rows = [(i.lead_name, i.field, i.base, i.mine, i.theirs, i.key) for i in items]
        lines = (
            *table(("lead", "field", "was", "mine", "theirs", "key"), rows),
            "To resolve one: sdrdesk conflicts resolve KEY --take mine|theirs",
        )
        answer(as_json, conflicts_json(items), lines if items else ["No conflicts."])
        if items:
            raise need_person()


@conflicts.command
@click.argument("key", help="Key of the conflict.")
@click.option(
    "--take",
    type=click.Choice(["mine", "theirs"]),
    required=True,
    help="The value to keep: mine is sent again, theirs replaces mine.",
)
@json_option
def resolve(key: str, take: Literal["mine", "theirs"], as_json: bool) -> None:
    """Resolve one conflict."""
    with open_session() as session:
        session.desk.outbox.settle(key, take)
        said = f"{key}: kept {take}. This cannot be undone."
        answer(as_json, {"key": key, "taken": take}, [said])
