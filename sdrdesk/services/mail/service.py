"""The follow-up e-mail: rendered for the lead, opened in the rep's mail program, logged once.

Nothing is ever sent from here. Only the rep knows whether an e-mail went; when they say so, one
transaction logs it here and for the CRM, with what was written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import EmailSettings, Settings
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.domain.outcome.note_text import zone_of
from sdrdesk.domain.outcome.touch import LONGEST
from sdrdesk.domain.reports.outcome_classifier import CallOutcome, OutcomeClassifier
from sdrdesk.domain.text.mail import (
    FILE,
    command_for_mail,
    mailto_link,
    message_file,
    plain_address,
)
from sdrdesk.domain.text.plain_text import clean_all, one_line
from sdrdesk.plain_file import write_owned
from sdrdesk.services.account.rules import need_rep
from sdrdesk.services.call.launcher import Launcher, LaunchError
from sdrdesk.services.call.scripts import ScriptShelf
from sdrdesk.services.lead.touches import Touched, TouchService
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import outcomes_of_lead
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.record.mail_drafts import (
    MailDraft as MailDraft,
)
from sdrdesk.store.record.mail_drafts import (
    draft_of,
    drafts,
    drop_draft,
    drop_draft_in,
    keep_draft,
)
from sdrdesk.store.reports.lookups import slots_of

_NOTHING = "Nothing was opened."


class MailView(NamedTuple):
    """A follow-up e-mail as rendered, for the rep to edit."""

    lead_id: str
    lead_name: str
    to: str
    subject: str
    body: str
    template: str
    """Reference of the script."""
    title: str
    """Heading of its section."""
    missing: tuple[str, ...]
    """Fields without a value, which are shown as ``[first name?]``."""
    note: str
    """The note of the call it follows, which may be private."""
    answers: tuple[tuple[str, str], ...]
    """Label and answer of each filled slot."""
    waiting: MailDraft | None
    """An e-mail to this lead that was opened before, and the rep has not said whether it went."""


class OpenedMail(NamedTuple):
    """An e-mail that was handed over."""

    key: str
    """Says which one went: ``went``."""
    said: str
    copy: str = ""
    """Text for the clipboard, ``""`` for none."""
    failed: bool = False


class MailService:
    """Renders, opens and logs follow-up e-mails of one rep."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        scripts: Callable[[], ScriptShelf],
        outcomes: Callable[[], Dispositions],
        settings: Settings,
        clock: Clock,
        touches: TouchService,
        launcher: Launcher,
        folder: Path,
        planned: Callable[[str], str] = lambda _lead_id: "",
        *,
        demo: bool = False,
    ) -> None:
        self._db = db
        self._need = need
        self._scripts = scripts
        self._outcomes = outcomes
        self._settings = settings
        self._clock = clock
        self._touches = touches
        self._launcher = launcher
        self._folder = folder
        self._planned = planned
        self._demo = demo

    @property
    def _how(self) -> EmailSettings:
        return self._settings.email

    def view(self, lead_id: str, template: str = "") -> MailView:
        """Return the e-mail for a lead, with what the last call brought.

        Args:
            lead_id: the lead.
            template: id of the script; ``""`` takes the one that the lead's cadence names, else the
                one that fits the lead and the last call.

        Raises:
            NotFoundError: the lead is not on this machine.
            UsageError: no e-mail may or can be written to them, or no script has one.
        """
        lead = self._need(lead_id)
        to = self._address(lead)
        me = need_rep(self._db, self._settings)
        last = next(iter(outcomes_of_lead(self._db, lead.lead_id, me.owner_id, 1)), None)
        answers = slots_of(self._db, lead.lead_id)
        made = self._scripts().mail_for(
            lead,
            self._settings.rep.name or me.name,
            self._clock(),
            self._after(lead, last),
            self._call(lead, last),
            answers,
            template or self._planned(lead.lead_id),
        )
        waiting = drafts(self._db, me.owner_id, lead.lead_id)
        return MailView(
            lead.lead_id, lead.name, to, made.subject, made.body, made.reference, made.title,
            made.missing, last.note if last else "", tuple(answers.items()),
            waiting[0] if waiting else None,
        )  # fmt: skip

    def _address(self, lead: Lead) -> str:
        if lead.email_opt_out:
            raise UsageError(
                f"{lead.name} asked for no e-mail.",
                kept=_NOTHING,
                next_step="Call, or write on another channel.",
            )
        to = plain_address(lead.email)
        if not to:
            what = f"{one_line(lead.email, limit=80)} is no plain e-mail address"
            raise UsageError(
                f"{lead.name}: {what}." if lead.email else f"{lead.name} has no e-mail address.",
                kept=_NOTHING,
                next_step=f"Correct it: sdrdesk edit {lead.lead_id} email=…",
            )
        return to

    def _after(self, lead: Lead, last: Activity | None) -> str:
        if any(promise.origin == "no_show" for promise in promises_of(self._db, lead.lead_id)):
            return "no_show"
        if last is None or last.kind is not ActivityKind.CALL:
            return ""
        outcome = self._outcome(last)
        if outcome.is_(Flag.VOICEMAIL):
            return "voicemail"
        if outcome.is_(Flag.INTENDED_PERSON):
            return "talk"
        return "no_answer" if outcome.is_(Flag.ATTEMPT) else ""

    def _outcome(self, last: Activity) -> CallOutcome:
        """Return the outcome of a call, also of one that was logged with another tool."""
        classifier = OutcomeClassifier(self._outcomes())
        return classifier.of(last.disposition, last.outcome_label)

    def _call(self, lead: Lead, last: Activity | None) -> dict[str, str]:
        if last is None:
            return {}
        zone = zone_of(lead)
        return {
            "note": last.note,
            "callback": _spoken(last.callback_at, zone),
            "meeting": _spoken(last.meeting_at, zone),
            "outcome": self._outcome(last).label if last.disposition or last.outcome_label else "",
        }

    def open(self, lead_id: str, subject: str, body: str, template: str = "") -> OpenedMail:
        """Open an e-mail in the rep's mail program, as ``[email]`` of the configuration says.

        The demo opens nothing: a made-up address may belong to someone.

        Raises:
            UsageError: no e-mail may or can be written to them, or there is nothing to write.
        """
        lead = self._need(lead_id)
        to = self._address(lead)
        subject, body = self._checked(subject, body)
        key = self._keep(lead, template, subject, body)
        whole = f"{subject}\n\n{body}"
        if self._demo:
            return OpenedMail(key, "The demo opens no mail program; the e-mail is copied.", whole)
        way, link = self._how.open, mailto_link(to, subject, body)
        try:
            if way == "clipboard":
                return OpenedMail(key, f"Copied the e-mail to {to}.", whole)
            if way == "eml" or (way == "mailto" and not link):  # too long for a link
                path = self._write(key, to, subject, body)
                if way == "eml" and not self._launcher.has_browser:
                    return OpenedMail(key, f"Written to {path}")
                self._launcher.open(str(path))
            elif way == "command":
                needs_file = any(FILE in part for part in self._how.command)
                file = str(self._write(key, to, subject, body)) if needs_file else ""
                self._launcher.run(command_for_mail(self._how.command, link=link, file=file))
            elif not self._launcher.has_browser:
                return OpenedMail(key, f"No mail program here; copied the e-mail to {to}.", whole)
            else:
                self._launcher.open(link)
        except LaunchError as error:
            said = f"{error.what} The e-mail is copied instead."
            return OpenedMail(key, said, whole, failed=True)
        return OpenedMail(key, f"Opened the e-mail to {to}.")

    def save(
        self, lead_id: str, subject: str, body: str, file: Path, template: str = ""
    ) -> OpenedMail:
        """Write an e-mail to a file that mail programs open as a draft.

        Raises:
            UsageError: as ``open``.
            SdrDeskError: the file cannot be written.
        """
        lead = self._need(lead_id)
        to = self._address(lead)
        subject, body = self._checked(subject, body)
        write_owned(file, message_file(to, subject, body))
        return OpenedMail(self._keep(lead, template, subject, body), f"Written to {file}")

    def keep(self, lead_id: str, subject: str, body: str, template: str = "") -> str:
        """Keep an e-mail that the rep hands over themselves; return the key for ``went``.

        Raises:
            UsageError: as ``open``.
        """
        lead = self._need(lead_id)
        self._address(lead)
        return self._keep(lead, template, *self._checked(subject, body))

    def _checked(self, subject: str, body: str) -> tuple[str, str]:
        subject, body = one_line(subject, limit=200), clean_all(body).strip()
        if not subject or not body:
            raise UsageError("Write a subject and a text.", kept=_NOTHING)
        if len(body) > LONGEST:
            raise UsageError(
                f"The text has {len(body)} characters; an e-mail takes {LONGEST}.", kept=_NOTHING
            )
        return subject, body

    def _keep(self, lead: Lead, template: str, subject: str, body: str) -> str:
        key, me = str(uuid.uuid4()), need_rep(self._db, self._settings)
        now = self._clock()
        keep_draft(self._db, key, lead.lead_id, me.owner_id, template, subject, body, now)
        return key

    def _write(self, key: str, to: str, subject: str, body: str) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{key}.eml"
        write_owned(path, message_file(to, subject, body))
        return path

    def waiting(self, lead_id: str = "") -> list[MailDraft]:
        """Return the opened e-mails of which the rep has not said whether they went, latest first.

        ``lead_id``: of this lead alone.
        """
        me = need_rep(self._db, self._settings)
        return drafts(self._db, me.owner_id, lead_id)

    def went(self, key: str, at: datetime | None = None) -> Touched:
        """Log an opened e-mail as sent, here and for the CRM, with what was written.

        Args:
            key: of the opened e-mail.
            at: when it went, aware; ``None`` is now.

        Raises:
            NotFoundError: it was logged or dropped already.
        """
        draft = self._draft(key)

        def forget(connection: Connection, _: Activity) -> None:
            drop_draft_in(connection, key)

        done = self._touches.record(
            draft.lead_id, "email", draft.body, at, subject=draft.subject, key=key, with_it=forget
        )
        self._remove_file(key)
        return done

    def dropped(self, key: str) -> MailDraft:
        """Forget an opened e-mail that was not sent; return what was written.

        Raises:
            NotFoundError: it was logged or dropped already.
        """
        draft = self._draft(key)
        drop_draft(self._db, key)
        self._remove_file(key)
        return draft

    def _draft(self, key: str) -> MailDraft:
        draft = draft_of(self._db, key)
        if draft is None:
            raise NotFoundError("This e-mail was logged or dropped already.", kept="No change.")
        return draft

    def _remove_file(self, key: str) -> None:
        (self._folder / f"{key}.eml").unlink(missing_ok=True)


def _spoken(moment: datetime | None, zone: ZoneInfo | None) -> str:
    """Return ``Thursday 26 November, 10:00`` in the lead's zone; ``""`` without one or a moment."""
    if moment is None or zone is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
