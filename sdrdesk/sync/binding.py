"""The check that database and CRM account belong together, before anything is sent or fetched.

The CRM states which account it is; its address may change. Checked once per engine, and again after
the CRM could not be reached.
"""

from __future__ import annotations

import logging

from sdrdesk.clock import Clock
from sdrdesk.store.account import account as stored
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.sync_state import ACCOUNT_ZONE, get_fact, set_fact
from sdrdesk.sync.errors import WrongAccount
from sdrdesk.sync.port import CrmClient

_log = logging.getLogger(__name__)

_COMPARED = 50
"""Leads to compare when a database of an older version is bound."""


def bind_account(db: Database, crm: CrmClient, clock: Clock) -> str:
    """Return the account of database and CRM; bind a new database to it.

    An empty database may be bound again. One of an older version, which does not know its account,
    is bound when its leads are found there.

    Raises:
        WrongAccount: the database belongs to another account; nothing was changed.
        SdrDeskError: the CRM cannot be reached, or does not say which account it is.
    """
    opened = crm.account_id()
    _bind(db, crm, clock, opened)
    zone = crm.account_zone
    if zone and zone != get_fact(db, ACCOUNT_ZONE):
        set_fact(db, ACCOUNT_ZONE, zone, clock())
    return opened


def _bind(db: Database, crm: CrmClient, clock: Clock, opened: str) -> None:
    with db.reader() as connection:
        known = stored.account_of(connection)
        held = stored.holds_anything(connection)
        leads = stored.newest_leads(connection, _COMPARED)
    if known == opened:
        return
    if held and (known or not _are_there(crm, leads)):
        raise WrongAccount(known, opened)
    with db.writer() as connection:
        if stored.account_of(connection) != known or stored.holds_anything(connection) != held:
            # Another process was first.
            raise WrongAccount(stored.account_of(connection), opened)
        if known:
            stored.forget_account(connection)
        stored.bind_account(connection, opened, to_ms(clock()))
    _log.info("the database now belongs to the account %s", opened)


def _are_there(crm: CrmClient, leads: dict[str, tuple[str, int | None]]) -> bool:
    """Return whether the CRM has these leads; ids alone repeat in every account."""
    if not leads:
        return True
    found = crm.read_leads(tuple(leads), explain_missing=False).found
    same = sum(
        1
        for lead in found
        if lead.lead_id in leads and (lead.email, lead.created_ms) == leads[lead.lead_id]
    )
    return same * 2 > len(found)
