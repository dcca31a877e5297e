"""Merging of two contacts or companies, in the new way and in the old."""

from __future__ import annotations

from sdrdesk.sandbox.account.account import Account, Actor
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError
from sdrdesk.sandbox.schema.schema import PRIMARY_COMPANY, ObjectType
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.writes.linking import mirror_primary

MAX_IDENTITIES = 250
"""Most merges into one profile (HubSpot's error guide)."""


def merge(
    account: Account, kind: ObjectType, primary: Record, other: Record, by: str = "api"
) -> Record:
    """Merge ``other`` into ``primary`` and return the survivor.

    In mode ``new_id`` the survivor has a new id and both old ids lead to it; in mode ``survivor``
    the primary keeps its id, as merges did until 2025.
    """
    table = account.tables[kind.name]
    _check_identities(primary, other)
    is_new = account.settings.merge_mode == "new_id"
    survivor_id = table.new_id() if is_new else primary.id
    gone = [primary, other] if is_new else [other]
    survivor = Record(
        kind.name,
        survivor_id,
        _properties(primary, other, survivor_id, [record.id for record in gone], account.now_ms),
        min(primary.created_ms, other.created_ms),
        account.now_ms,
    )
    for record in gone:
        account.drop(kind.name, record.id)
        table.aliases[record.id] = survivor_id
    account.dirty_documents.add("aliases")
    account.put(survivor, Actor("MERGE_OBJECTS"))
    for record in gone:
        _move_associations(account, kind, record.id, survivor_id)
        _move_memberships(account, record.id, survivor_id)
    contacts = [survivor_id]
    if kind.name == "companies":
        contacts = list(account.graph.neighbours("companies", survivor_id, "contacts"))
    for contact in contacts:
        mirror_primary(account, contact)
    account.journal.add(
        "merge", kind.name, survivor_id, iso(account.now_ms), by, merged=[primary.id, other.id]
    )
    return table.rows[survivor_id]


def _check_identities(primary: Record, other: Record) -> None:
    earlier = [
        part
        for record in (primary, other)
        for part in record.properties.get("hs_merged_object_ids", "").split(";")
        if part
    ]
    if len(earlier) + 2 > MAX_IDENTITIES:
        raise ApiError(414, f"Cannot have more than {MAX_IDENTITIES} identities on a profile", None)


def _properties(
    primary: Record, other: Record, survivor_id: str, gone: list[str], now_ms: int
) -> dict[str, str]:
    merged = other.properties | primary.properties
    emails = [
        part
        for record in (primary, other)
        for part in [
            record.properties.get("email", ""),
            *record.properties.get("hs_additional_emails", "").split(";"),
        ]
        if part and part != merged.get("email")
    ]
    if emails:
        merged["hs_additional_emails"] = ";".join(dict.fromkeys(emails))
    earlier = [
        part
        for record in (primary, other)
        for part in record.properties.get("hs_merged_object_ids", "").split(";")
        if part
    ]
    ids = list(dict.fromkeys([*earlier, *gone]))
    merged["hs_merged_object_ids"] = ";".join(ids)
    if primary.type == "contacts":
        merged["hs_calculated_merged_vids"] = ";".join(f"{one}:{now_ms}" for one in ids)
        merged["hs_all_contact_vids"] = ";".join([survivor_id, *ids])
    return merged


def _move_associations(account: Account, kind: ObjectType, old_id: str, new_id: str) -> None:
    graph = account.graph
    held = graph.neighbours(kind.name, new_id, "companies") if kind.name == "contacts" else {}
    has_primary = any(PRIMARY_COMPANY in types for types in held.values())
    for other, other_id, type_id in graph.partners(kind.name, old_id):
        graph.remove(kind.name, old_id, other, other_id, type_id)
        if kind.name == "contacts" and type_id == PRIMARY_COMPANY and has_primary:
            continue
        graph.add(kind.name, new_id, other, other_id, type_id)


def _move_memberships(account: Account, old_id: str, new_id: str) -> None:
    for item in account.lists.values():
        if old_id in item["members"]:
            item["members"][new_id] = item["members"].pop(old_id)
            account.dirty_documents.add("lists")
