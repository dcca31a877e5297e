"""Archiving, restoring and permanent deletion."""

from __future__ import annotations

from dataclasses import replace

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.schema.schema import ObjectType
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.writes.linking import mirror_primary


def archive(account: Account, kind: ObjectType, record_id: str, by: str = "api") -> bool:
    """Archive a record; return False when it was already. The modification date stays."""
    record = account.tables[kind.name].get(record_id)
    if record is None:
        return False
    account.put(replace(record, archived_ms=account.now_ms))
    account.journal.add("archive", kind.name, record_id, iso(account.now_ms), by)
    return True


def restore(
    account: Account, kind: ObjectType, record_id: str, by: str = "control"
) -> Record | None:
    """Restore a record with its old dates; return None when it is not archived."""
    record = account.tables[kind.name].get(record_id, archived=True)
    if record is None:
        return None
    back = replace(record, archived_ms=None)
    account.put(back)
    account.journal.add("restore", kind.name, record_id, iso(account.now_ms), by)
    return back


def purge(account: Account, kind: ObjectType, record_id: str, by: str = "api") -> bool:
    """Delete a record permanently and block its e-mail; return False without such a record."""
    record = account.tables[kind.name].rows.get(record_id)
    if record is None:
        return False
    if kind.name == "contacts" and record.properties.get("email"):
        account.blocklist.add(record.properties["email"].lower())
        account.dirty_documents.add("blocklist")
    partners = account.graph.partners(kind.name, record_id)
    for other, other_id, _ in partners:
        account.graph.remove(kind.name, record_id, other, other_id)
    account.drop(kind.name, record_id)
    if kind.name == "companies":
        for other, other_id, _ in partners:
            if other == "contacts":
                mirror_primary(account, other_id)
    account.journal.add("purge", kind.name, record_id, iso(account.now_ms), by)
    return True
