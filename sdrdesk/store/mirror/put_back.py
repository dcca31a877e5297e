"""Leads that a rep rejected and that somebody put back at the CRM: the CRM's word counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection

_LAST = (
    "SELECT a.disposition FROM activity a WHERE a.lead_id = l.lead_id AND a.disposition <> ''"
    " AND a.undone_ms IS NULL ORDER BY a.at_ms DESC LIMIT 1"
)
_IN = "IN (SELECT value FROM json_each(?))"


def rejected(
    connection: Connection, ids: Sequence[str], outcomes: Mapping[str, str]
) -> dict[str, str]:
    """Return those of these leads that a rejection ended here and shows, with their status.

    Args:
        connection: inside the caller's transaction, before a page is stored.
        ids: the page's leads.
        outcomes: key and lead status of the outcomes that reject a lead.
    """
    values = json.dumps(sorted(set(outcomes.values()) - {""}))
    rows = connection.execute(
        "SELECT l.lead_id, l.status FROM lead l JOIN lead_desk d ON d.lead_id = l.lead_id"  # noqa: S608
        f" WHERE l.lead_id IN ({marks(ids)}) AND d.worked_out_ms IS NOT NULL"
        f" AND l.status {_IN} AND ({_LAST}) {_IN}",
        (*ids, values, json.dumps(sorted(outcomes))),
    ).fetchall()
    return {str(lead_id): str(status) for lead_id, status in rows}


def put_back(
    connection: Connection, lead_id: str, outcomes: Collection[str], ending: Collection[str]
) -> tuple[str, str, int] | None:
    """Return outcome, owner id and moment (ms) of the rejection after which a lead was put back.

    ``None`` for all other leads, also for one that converted again.

    Args:
        connection: the caller's.
        lead_id: present id of the lead.
        outcomes: keys of the outcomes that reject a lead.
        ending: lead statuses of all outcomes that end the work.
    """
    row = connection.execute(
        "SELECT a.disposition, a.owner_id, a.at_ms FROM lead l"  # noqa: S608
        " JOIN lead_desk d ON d.lead_id = l.lead_id JOIN activity a ON a.lead_id = l.lead_id"
        " WHERE l.lead_id = ? AND d.worked_out_ms IS NULL AND a.disposition <> ''"
        " AND a.undone_ms IS NULL AND a.at_ms >= coalesce(l.converted_ms, 0)"
        f" AND l.status NOT {_IN} ORDER BY a.at_ms DESC LIMIT 1",
        (lead_id, json.dumps(sorted(ending))),
    ).fetchone()
    return (str(row[0]), str(row[1]), int(row[2])) if row and row[0] in outcomes else None


def give_in(connection: Connection, lead_id: str, mine: str, catalog: Dispositions) -> None:
    """Open the work on a lead again whose rep gave up the status of a rejection for the CRM's.

    Args:
        connection: inside the caller's transaction.
        lead_id: present id of the lead.
        mine: the status that the rep gave up.
        catalog: the outcomes in force.
    """
    row = connection.execute(
        "SELECT a.disposition FROM activity a JOIN lead_desk d ON d.lead_id = a.lead_id"  # noqa: S608
        " WHERE a.lead_id = ? AND d.worked_out_ms IS NOT NULL AND a.undone_ms IS NULL"
        f" AND a.disposition {_IN} ORDER BY a.at_ms DESC LIMIT 1",
        (lead_id, json.dumps(sorted(catalog.flagged(Flag.FINAL)))),
    ).fetchone()
    if row and catalog.rejections.get(str(row[0])) == mine:
        reopen(connection, {lead_id: mine}, catalog.ending_statuses)


def reopen(connection: Connection, before: Mapping[str, str], ending: Collection[str]) -> None:
    """Open the work on leads again that have another status now, none that ends it.

    A change of the rep that is not sent yet still shows, so that it opens nothing.

    Args:
        connection: inside the caller's transaction, after the page was stored.
        before: the answer of ``rejected``.
        ending: lead statuses of all outcomes that end the work.
    """
    for part in chunks(list(before)):
        rows = connection.execute(
            f"SELECT lead_id, status FROM lead WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        back = [(i,) for i, now in rows if now != before[str(i)] and now not in ending]
        connection.executemany("UPDATE lead_desk SET worked_out_ms = NULL WHERE lead_id = ?", back)
