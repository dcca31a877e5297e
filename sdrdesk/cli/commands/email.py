"""The command of the follow-up e-mail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import flag, json_option, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, print_json, say, say_err
from sdrdesk.clock import iso
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.desk.json import touched_json
from sdrdesk.services.rep_zone import local_words

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.services.mail.service import MailView


@click.command
@click.argument("lead_id", metavar="[ID]", default="", help="Id of the lead.")
@text_option("--template", "Script to take the e-mail from (scripts list).", metavar="NAME")
@flag("--open opens", "Open it in your mail program.")
@click.option("--eml", type=click.Path(path_type=Path), help="Write it to a file as a draft.")
@flag("--print prints", "Print it (the default).")
@text_option("--subject", "Another subject.")
@text_option("--text", "Another text.")
@flag("--sent", "Confirm that you sent it: log it, here and in the CRM, once.")
@flag("--not-sent", "Say that you did not send it: discard the draft.")
@flag("--waiting", "List opened e-mails that you have neither confirmed nor discarded.")
@json_option
def email(
    lead_id: str,
    template: str,
    opens: bool,
    eml: Path | None,
    prints: bool,
    subject: str,
    text: str,
    sent: bool,
    not_sent: bool,
    waiting: bool,
    as_json: bool,
) -> None:
    """Write the follow-up e-mail of the lead's script; nothing is sent from here.

    When you confirm that you sent it, it is logged with its text. Refused for people who opted out
    of e-mail.
    """
    with open_session() as session:
        if waiting:
            _list(session, lead_id, as_json)
            return
        if not lead_id:
            raise UsageError("Which lead? Give its id.", kept="Nothing was opened.")
        if not_sent or (sent and not (opens or eml or prints)):
            _say_of_opened(session, lead_id, sent=sent, as_json=as_json)
            return
        _write(session, lead_id, template, opens, eml, subject, text, sent, as_json)


def _write(
    session: Session, lead_id: str, template: str, opens: bool, eml: Path | None, subject: str,
    text: str, sent: bool, as_json: bool,
) -> None:  # fmt: skip
    mail = session.desk.mail
    view = mail.view(lead_id, template)
    view = view._replace(subject=subject or view.subject, body=text or view.body)
    if view.missing:
        say_err(f"! Nothing is known for: {', '.join(view.missing)}. Fill it in before you send.")
    key = _hand_over(session, view, opens=opens, eml=eml, copies=not as_json)
    if sent and not key:
        key = mail.keep(lead_id, view.subject, view.body, view.template)
    if key and not sent and sys.stdin.isatty() and not as_json:
        sent = click.confirm("Did it go?", default=False, err=True)
        if not sent:
            say_err(f"When it went: sdrdesk email {view.lead_id} --sent")
    logged = mail.went(key) if sent else None
    if as_json:
        print_json(_json(view, key) | {"logged": touched_json(logged) if logged else None})
    elif logged is not None:
        say(f"{logged.words} logged for {logged.lead_name}.")
    elif not key:
        say(f"To: {view.to}\nSubject: {view.subject}\n\n{view.body}")


def _hand_over(
    session: Session, view: MailView, *, opens: bool, eml: Path | None, copies: bool
) -> str:
    """Write the file or open the mail program; return the key of what was opened, if anything."""
    mail = session.desk.mail
    if eml is not None:
        made = mail.save(view.lead_id, view.subject, view.body, eml, view.template)
    elif opens:
        made = mail.open(view.lead_id, view.subject, view.body, view.template)
    else:
        return ""
    say_err(made.said)
    if made.copy and copies:
        say(made.copy)
    return made.key


def _say_of_opened(session: Session, lead_id: str, *, sent: bool, as_json: bool) -> None:
    mail = session.desk.mail
    opened = mail.waiting(lead_id)
    if not opened:
        raise UsageError(
            "No e-mail to this lead is open.",
            kept="Nothing was logged.",
            next_step="Open one with --open or --eml FILE, or log one that you wrote elsewhere: "
            "sdrdesk touch ID email --text TEXT",
        )
    if sent:
        done = mail.went(opened[0].key)
        answer(as_json, touched_json(done), [f"{done.words} logged for {done.lead_name}."])
        return
    dropped = mail.dropped(opened[0].key)
    answer(as_json, {"dropped": dropped.key}, [f"Forgotten: the e-mail to {dropped.name}."])


def _list(session: Session, lead_id: str, as_json: bool) -> None:
    found = session.desk.mail.waiting(lead_id)
    zone = session.rep_zone
    lines = [
        f"{local_words(d.opened_at, zone)}  {d.name}: {d.subject}  [{d.lead_id}]" for d in found
    ]
    data = [
        {
            "key": d.key,
            "lead_id": d.lead_id,
            "name": d.name,
            "subject": d.subject,
            "text": d.body,
            "template": d.template,
            "opened_at": iso(d.opened_at),
        }
        for d in found
    ]
    answer(as_json, data, lines or ["No e-mail is open."])


def _json(view: MailView, key: str) -> dict[str, object]:
    return {
        "lead_id": view.lead_id,
        "name": view.lead_name,
        "to": view.to,
        "subject": view.subject,
        "text": view.body,
        "template": view.template,
        "section": view.title,
        "missing": list(view.missing),
        "key": key or None,
        "waiting": view.waiting.key if view.waiting else None,
    }
