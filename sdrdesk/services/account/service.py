"""The CRM account: login, the rep, and the checks and changes of ``setup``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sdrdesk.config import Settings
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.meaning import Remap
from sdrdesk.domain.crm.records import ACTIVITY_KINDS, RemoteOwner
from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UsageError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.services.account.rules import NO_FIELD_FACT, OWNER_FACT, likely_owners
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import get_fact, set_fact
from sdrdesk.store.outbox.outbox import outbox_items, retry
from sdrdesk.store.outbox.questions import open_questions
from sdrdesk.store.record.suppressions import queue_unsent_do_not_call
from sdrdesk.sync.port import CrmClient, KeyStep, Survey
from sdrdesk.sync.push.key_modes import set_mode

MODE_WORDS: Final[Mapping[str, str]] = {
    "upsert": "the CRM keeps the key unique",
    "once": "the CRM refuses a repeat",
    "field": "a key field is checked before sending again",
    "marker": "a reference in the text is checked before sending again",
}
"""Ways to log an activity once, in words."""


@dataclass(frozen=True, slots=True)
class KnownRep:
    """The account a token opens, and the rep in it."""

    account: str
    time_zone: str
    token_kind: str
    scopes: tuple[str, ...] | None
    """``None`` when the CRM does not report them."""
    owner_id: str
    owner_name: str
    owner_email: str
    problem: str = ""
    """Problem with the configured owner, with likely ones; ``""`` for none."""

    @property
    def account_words(self) -> str:
        """The account, its zone, and the number of scopes where the CRM reports them."""
        scopes = "" if self.scopes is None else f"{CRM_NAME.rights} {len(self.scopes)} granted"
        return " · ".join(filter(None, (f"account {self.account}", self.time_zone, scopes)))

    def to_json(self) -> dict[str, object]:
        """Return the output of ``whoami --json``."""
        return {
            "account": self.account,
            "time_zone": self.time_zone,
            "token_kind": self.token_kind,
            "scopes": list(self.scopes) if self.scopes is not None else None,
            "owner": {
                "id": self.owner_id,
                "name": self.owner_name,
                "email": self.owner_email,
            }
            if self.owner_id
            else None,
        }


def log_in(crm: CrmClient, db: Database, owner: str) -> KnownRep:
    """Check the token and keep the rep; the caller keeps the token itself.

    Args:
        crm: a client with the new token.
        db: keeps the chosen owner.
        owner: owner id or e-mail; ``""`` takes the owner whose user made the token, if any.

    Raises:
        CredentialsError: the token was refused.
        UsageError: no such owner; lists the existing ones.
    """
    known = who_am_i(crm, db, owner, everybody := tuple(crm.owners()))
    if not known.owner_id:
        listed = ", ".join(o.email for o in everybody if not o.archived and o.email)
        choose = f"Choose one with --owner: {listed}."
        blind = "It sees no users with an e-mail: give it the right to read users, then try again."
        raise UsageError(
            known.problem or f"No owner matches this {CRM_NAME.key}.",
            kept="Nothing was stored.",
            next_step=choose if listed else blind,
        )
    set_fact(db, OWNER_FACT, known.owner_id, datetime.now(UTC))
    return known


def who_am_i(
    crm: CrmClient, db: Database, owner: str, everybody: tuple[RemoteOwner, ...] = ()
) -> KnownRep:
    """Ask the CRM about the token and find the rep; the owner is empty when none matches."""
    account = crm.whoami()
    wanted = (owner or get_fact(db, OWNER_FACT)).lower()
    found: RemoteOwner | None = None
    everybody = everybody or tuple(crm.owners())
    for candidate in everybody:
        names = {candidate.owner_id.lower(), candidate.email.lower()} - {""}
        made_token = not wanted and account.user_id and candidate.user_id == account.user_id
        if not candidate.archived and (wanted in names or made_token):
            found = candidate
            break
    return KnownRep(
        account=account.account_id,
        time_zone=account.time_zone,
        token_kind=account.token_kind,
        scopes=account.scopes,
        owner_id=found.owner_id if found else "",
        owner_name=found.name if found else "",
        owner_email=found.email if found else "",
        problem="" if found else _stranger(wanted, everybody),
    )


def _stranger(wanted: str, everybody: tuple[RemoteOwner, ...]) -> str:
    present = [Owner(o.owner_id, o.name, o.email, False) for o in everybody if not o.archived]
    if not wanted or not present:
        return ""
    return f"The account has no owner {wanted!r}. {likely_owners(wanted, present)}"


@dataclass(frozen=True, slots=True)
class SetupFindings:
    """Findings of ``setup``: problems and proposed changes."""

    lines: tuple[str, ...]
    problems: tuple[str, ...]
    proposals: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the first half of the output of ``setup --json``."""
        return {"problems": list(self.problems), "proposals": list(self.proposals)}


def report(seen: Survey, steps: tuple[KeyStep, ...], problems: tuple[str, ...]) -> SetupFindings:
    """Return the findings of ``setup``, in words."""
    lines = [f"Call outcomes: {', '.join(sorted(seen.labels('outcome'))) or 'none'}"]
    lines += [f"Each {k} is logged once: {MODE_WORDS[seen.key_modes[k]]}" for k in ACTIVITY_KINDS]
    lines += [f"Problem: {problem}" for problem in problems]
    lines += [f"Proposed: {step.what}" for step in steps]
    return SetupFindings(tuple(lines), problems, tuple(step.what for step in steps))


def field_words(seen: Survey, settings: Settings) -> str:
    """Return one sentence about the account's "do not call" field."""
    if settings.crm.do_not_call_field:
        return f"Do not call: {settings.crm.do_not_call_field}"
    if settings.crm.no_do_not_call_field:
        return "Do not call: no field of the account; kept on this machine only"
    if not seen.do_not_call_fields:
        return (
            "Do not call: the account has no field that looks like it, so marks are kept on this "
            "machine only. Name one: sdrdesk setup --do-not-call FIELD[=VALUE]"
        )
    return ""  # one of the problems


def note_fields(db: Database, seen: Survey) -> None:
    """Keep whether the account has a field to choose: without one nothing goes unread."""
    none = "" if seen.do_not_call_fields else "1"
    set_fact(db, NO_FIELD_FACT, none, datetime.now(UTC))


def send_marks(db: Database) -> int:
    """Queue the "do not call" marks kept here for lack of a field; return their number."""
    with db.writer(durable=True) as connection:
        return queue_unsent_do_not_call(connection, to_ms(datetime.now(UTC)))


def retry_mended(db: Database, remap: Remap, names: Collection[str]) -> int:
    """Queue refused changes of these fields again by the present mapping; return their number.

    What the rep is asked about waits for the answer.
    """
    count, asked = 0, {row.key for row in open_questions(db)}
    for item in outbox_items(db):
        changes = item.payload.get("changes")
        waits = set(changes) & set(names) if isinstance(changes, dict) else set()
        if item.state is OutboxState.BLOCKED and waits and item.key not in asked:
            retry(db, item.key, remap)
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class SetUp:
    """Result of ``setup``."""

    lines: tuple[str, ...]
    modes: Mapping[str, str]
    created: tuple[str, ...] = field(default=())


def set_up(crm: CrmClient, db: Database, *, create: bool) -> SetUp:
    """Create the key property if missing (only with ``create``), probe, keep the modes."""
    if not create:
        return SetUp(("Nothing was changed at the CRM.",), {})
    steps: tuple[KeyStep, ...] = crm.create_key_field(dry_run=False)
    lines = [
        f"{'Done' if step.done else 'Not done'}: {step.what}"
        + (f" ({step.problem})" if step.problem else "")
        for step in steps
    ]
    modes: dict[str, str] = {}
    for kind in ACTIVITY_KINDS:
        try:
            mode = crm.probe(kind)
        except CredentialsError:
            raise
        except SdrDeskError as error:
            lines.append(f"Each {kind}: not probed, {error.what}")
            continue
        set_mode(db, kind, mode, datetime.now(UTC))
        modes[kind] = mode.value
        lines.append(f"Each {kind} is now logged once: {MODE_WORDS[mode]}")
    return SetUp(tuple(lines), modes, tuple(step.what for step in steps if step.done))
