"""Collects what ``doctor`` examines: every part on its own, so that one failure hides nothing."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from sdrdesk.clock import iso_or_none
from sdrdesk.credentials import find_token
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.remote import ACTIVITY_KINDS
from sdrdesk.services.account import mapping_problems
from sdrdesk.services.account_rules import rep_of
from sdrdesk.services.checkup import Facts
from sdrdesk.services.status import last_pull
from sdrdesk.store.candidates import total_leads
from sdrdesk.store.left_out import left_out
from sdrdesk.sync.modes import mode_of

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.domain.lead import Owner

_LIBRARIES = ("textual", "sqlmodel", "sqlalchemy", "sqlcipher3", "httpx", "keyring")


def collect(session: Session) -> Facts:
    """Examine this machine and, when there is a token, the account."""
    db, settings = session.db, session.settings
    token = find_token(session.environ, settings.crm.api_url)
    online, detail, scopes, offset = False, "", None, None
    problems: tuple[str, ...] = ()
    if token is None:
        detail = "not asked: there is no token (sdrdesk login, or SDRDESK_TOKEN)"
    else:
        try:
            crm = session.connect(token.value)
            offset = round(crm.check(), 3)
            scopes = crm.whoami().scopes
            online = True
            problems = mapping_problems(crm.survey(), session.rulebook.dispositions, settings)
        except SdrDeskError as error:
            detail = str(error)
    counts = session.desk.outbox_counts()
    rep = rep_of(db, settings)
    return Facts(
        home=str(session.paths.home),
        config=str(session.paths.config_file),
        database=str(db.path),
        schema=db.schema,
        log=str(session.paths.log_file),
        python=platform.python_version(),
        libraries={name: version(name) for name in _LIBRARIES},
        encryption=db.encrypted,
        encryption_note=session.opened.note,
        token_source=token.source if token else "",
        owner=_owner_words(rep, settings.crm.owner),
        online=online,
        online_detail=detail,
        scopes=scopes,
        clock_offset_s=offset,
        mapping=problems,
        modes={kind: mode_of(db, kind).value for kind in ACTIVITY_KINDS},
        outbox={
            "held": counts.held,
            "queued": counts.queued,
            "sending": counts.sending,
            "blocked": counts.blocked,
        },
        leads=total_leads(db),
        last_sync_at=iso_or_none(last_pull(db)),
        findings=tuple(db.check()),
        keymap=tuple(session.keymap_problems()),
        left_out=tuple(left_out(db)),
    )


def _owner_words(rep: Owner | None, configured: str) -> str:
    if rep is not None:
        return f"{rep.name} <{rep.email}> ({rep.owner_id})"
    return f"{configured} (not among the owners known here yet: sdrdesk sync)" if configured else ""
