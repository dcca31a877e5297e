"""Finding the survivor of a merge where the CRM names none: what was logged moves to it."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sdrdesk.domain.crm.records import ActivityKindName
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.moved_activities import activities_at_crm, drop_hints, hint_of
from sdrdesk.store.mirror.reused_ids import part_activities
from sdrdesk.sync.port import CrmClient, LeadsRead

_LOOKED_AT = 20
"""Newest activities of a lead that are looked at."""


def survivor_of(db: Database, crm: CrmClient, lead_id: str) -> str:
    """Return the lead that the activities of a deleted one are at now, ``""`` for none."""
    if not crm.capabilities.merges_move_activities:
        return ""
    with db.reader() as connection:
        hint = hint_of(connection, lead_id)
        known = [] if hint else activities_at_crm(connection, lead_id, _LOOKED_AT)
    if hint:
        return hint
    by_kind: dict[str, list[str]] = {}
    for kind, crm_id in known:
        by_kind.setdefault(kind, []).append(crm_id)
    for kind, ids in by_kind.items():
        found = crm.read_activities(cast(ActivityKindName, kind), ids)
        with db.writer() as connection:
            parted = part_activities(connection, kind, found)
        for activity in found:
            if activity.crm_id in parted:
                continue
            others = [i for i in activity.lead_ids if i != lead_id]
            if len(others) == 1:
                return others[0]
    return ""


def followed(db: Database, crm: CrmClient, read: LeadsRead) -> LeadsRead:
    """Return leads that were read, with those that turn out to be merged among ``moved``."""
    if not read.deleted or not crm.capabilities.merges_move_activities:
        return read
    survivors = {i: new for i in read.deleted if (new := survivor_of(db, crm, i))}
    with db.writer() as connection:
        drop_hints(connection, survivors)
    here = {lead.lead_id: lead for lead in read.found}
    unread = [i for i in dict.fromkeys(survivors.values()) if i not in here]
    if unread:
        more = crm.read_leads(unread, explain_missing=False).found
        here |= {lead.lead_id: lead for lead in more}
    moved = {old: new for old, new in survivors.items() if new in here}
    return replace(
        read,
        found=tuple(here.values()),
        deleted=tuple(i for i in read.deleted if i not in moved),
        moved={**read.moved, **moved},
    )
