"""The command that checks this installation and the account.

People run it when something is wrong, so no failure may stop it: settings that cannot be read, a
database that does not open, a keyring or a CRM that fails. Each becomes a finding.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sdrdesk.cli.commands.rules import key_findings
from sdrdesk.cli.options import json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person
from sdrdesk.clock import iso_or_none
from sdrdesk.config import Settings
from sdrdesk.credentials import Source, keyring_problem
from sdrdesk.disk_room import size_of
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.services.account.doctor import CheckUp
from sdrdesk.services.account.rules import named_owner, owner_problem, rep_of
from sdrdesk.services.check.account import ask, from_disk
from sdrdesk.services.check.folder import Checked, check_folder
from sdrdesk.store.account.account import account_of
from sdrdesk.store.account.left_out import left_out
from sdrdesk.store.account.unread import unread
from sdrdesk.store.database.connection import is_unencrypted
from sdrdesk.store.mirror.sync_state import last_pull
from sdrdesk.store.outbox.outbox import Depth, outbox_depth
from sdrdesk.store.queue.candidates import total_leads
from sdrdesk.sync.push.key_modes import mode_of

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.domain.check.account import AccountView
    from sdrdesk.domain.crm.foreign_values import LeftOut
    from sdrdesk.domain.lead.owner import Owner
    from sdrdesk.store.database.database import Database

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_NOT_OPENED = "judged by its first bytes; it was not opened"
_LIBRARIES = ("textual", "sqlmodel", "sqlalchemy", "sqlcipher3", "httpx", "keyring")


@click.command
@json_option
def doctor(as_json: bool) -> None:
    """Check versions, paths, schema, token, scopes, clock, rules, encryption and outbox.

    Exit code 0 only if everything could be checked and is in order.
    """
    with open_session(forgiving=True) as session:
        report = _collect(session)
        answer(as_json, report.to_json(), report.lines())
        if not report.in_order:
            raise need_person()


class _Findings:
    """Runs the checks and keeps what failed, in words."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def part(self, name: str, act: Callable[[], _T], otherwise: _T) -> _T:
        """Return the result of ``act``; ``otherwise`` when it fails."""
        try:
            return act()
        except SdrDeskError as error:
            self.words.append(f"{name}: {error}")
        except Exception as error:  # noqa: BLE001 - a bug in one check must not hide the others
            _log.exception("doctor: %s", name)
            self.words.append(f"{name}: {type(error).__name__}; details are in the log")
        return otherwise


@dataclass(slots=True)
class _Account:
    """Answers of the CRM."""

    online: bool = False
    detail: str = ""
    scopes: tuple[str, ...] | None = None
    opened: str = ""
    """Id of the account that the token opens."""
    server: str = ""
    offset: float | None = None
    view: AccountView | None = None
    """The account's setup, ``None`` when it was not asked."""


@dataclass(frozen=True, slots=True)
class _Local:
    """Contents of the database; the defaults when it cannot be opened."""

    db: Database | None = None
    schema: str = "unknown"
    owner: Owner | None = None
    named_owner: str = ""
    modes: Mapping[str, str] = field(default_factory=dict)
    outbox: Depth | None = None
    leads: int | None = None
    last_sync_at: str | None = None
    account: str = ""
    left_out: tuple[LeftOut, ...] = ()
    findings: tuple[str, ...] = ()


def _collect(session: Session) -> CheckUp:
    """Check this machine and, when there is a token, the account."""
    found = _Findings()
    found.words += session.problems
    # ``None`` when the settings cannot be read at all.
    wrong_address = found.part("settings", session.look_past_address, None)
    settings = session.settings if wrong_address is not None else None
    token = _token(session, settings, found)
    local = _local(session, settings, found)
    account = _Account(detail="not asked: the settings cannot be read")
    if wrong_address:
        account = _Account(detail=wrong_address)  # the token belongs to another address
    elif settings is not None:
        account = found.part("CRM", lambda: _ask(session, token, local.db), _Account())
    if local.db is not None and settings is not None:
        found.words += found.part("shared folder", session.folder.look, ())
    checked = found.part("rules", lambda: _rules(session, settings, account, local.db), None)
    return CheckUp(
        home=str(session.paths.home),
        config=str(session.paths.config_file),
        database=str(session.paths.database),
        schema=local.schema,
        log=str(session.paths.log_file),
        python=platform.python_version(),
        libraries={name: version(name) for name in _LIBRARIES},
        encryption=local.db.encrypted if local.db else _looks_encrypted(session.paths.database),
        encryption_note=session.opened.note if local.db else _NOT_OPENED,
        token_source=token or "",
        owner=_owner_words(local, settings.crm.owner if settings else ""),
        online=account.online,
        online_detail=account.detail,
        scopes=account.scopes,
        clock_offset_s=account.offset,
        rules=checked,
        modes=local.modes,
        outbox=_counts(local.outbox),
        leads=local.leads,
        last_sync_at=local.last_sync_at,
        account=local.account,
        account_opened=account.opened,
        server=account.server,
        left_out=local.left_out,
        rules_version=_rules_version(session),
        keymap=tuple(found.part("keys", lambda: _keys(session, settings), [])),
        findings=(*found.words, *local.findings),
    )


def _token(session: Session, settings: Settings | None, found: _Findings) -> Source | None:
    if settings is None:
        return "environment" if session.environ.get("SDRDESK_TOKEN", "").strip() else None
    token = found.part("token", lambda: session.access.source, None)
    if token is None and (problem := keyring_problem()):
        found.words.append(problem)
    return token


def _ask(session: Session, token: Source | None, db: Database | None) -> _Account:
    """Ask the CRM; a refusal is in ``detail``."""
    if token is None:
        return _Account(
            detail=f"not asked: there is no {CRM_NAME.key} (sdrdesk login, or SDRDESK_TOKEN)"
        )
    account = _Account()
    try:
        crm = session.connect(checked=False)
        account.offset = round(crm.check(), 3)
        known = crm.whoami()
        account.scopes, account.server = known.scopes, known.server
        account.opened = crm.account_id()
        account.online = True
        account.view = ask(crm, db) if db is not None else None
    except SdrDeskError as error:
        account.detail = str(error)
    return account


def _rules(
    session: Session, settings: Settings | None, account: _Account, db: Database | None
) -> Checked | None:
    """Check the rules in force against the account, asked now or as pulled before."""
    if settings is None:
        return None
    view = account.view
    if view is None and db is not None:
        view = from_disk(db, account.detail or "it was not asked")
    return check_folder(session.rule_files.written(), view, settings)


def _rules_version(session: Session) -> str:
    pulled = session.rule_files.pulled()
    return f"version {pulled[0].version} of {pulled[0].shown_source}" if pulled else ""


def _keys(session: Session, settings: Settings | None) -> list[str]:
    return key_findings(session.rule_files.written(), settings) if settings else []


def _local(session: Session, settings: Settings | None, found: _Findings) -> _Local:
    if settings is None:
        return _Local()  # the settings say how to open the database
    db = found.part("database", lambda: session.db, None)
    if db is None:
        return _Local()

    def read() -> _Local:
        return _Local(
            db=db,
            schema=db.schema,
            owner=rep_of(db, settings),
            named_owner=named_owner(db, settings),
            modes={kind: mode_of(db, kind).value for kind in ACTIVITY_KINDS},
            outbox=outbox_depth(db),
            leads=total_leads(db),
            last_sync_at=iso_or_none(last_pull(db)),
            account=_bound(db),
            left_out=tuple(left_out(db)),
            findings=tuple(_warnings(db, settings)),
        )

    return found.part("database", read, _Local(db=db))


def _warnings(db: Database, settings: Settings) -> list[str]:
    warnings = [*db.check(), *unread(db)]
    if problem := owner_problem(db, settings):
        warnings.append(problem)
    return warnings


def _looks_encrypted(path: Path) -> bool:
    """Return whether the file is encrypted, judged by its first bytes."""
    try:
        return path.is_file() and size_of(path) > 0 and not is_unencrypted(path)
    except OSError:
        return False


def _bound(db: Database) -> str:
    with db.reader() as connection:
        return account_of(connection)


def _counts(depth: Depth | None) -> dict[str, int | None]:
    states = ("held", "queued", "sending", "blocked")
    return {state: getattr(depth, state) if depth else None for state in states}


def _owner_words(local: _Local, configured: str) -> str:
    if (rep := local.owner) is not None:
        return f"{rep.name} <{rep.email}> ({rep.owner_id})"
    named = local.named_owner or configured
    return f"{named} (not among the owners known here yet: sdrdesk sync)" if named else ""
