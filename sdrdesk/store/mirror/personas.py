"""A lead's derived facts after its persona changed here."""

from __future__ import annotations

from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.mirror import option_labels, rederive
from sdrdesk.store.mirror.rederive import note_rules


def rederive_lead(
    connection: Connection, lead_id: str, derive: Derive, rules: str, at_ms: int
) -> None:
    """Work persona, fit and the other derived facts of one lead out again.

    In the transaction that changes the persona: a lead must not keep the fit of another one. A
    persona that still waits to be sent is said to be the rep's; an empty one is inferred again.
    ``rules`` is the fingerprint of what ``derive`` goes by.
    """
    note_rules(connection, [lead_id], rules, at_ms)
    rederive(connection, [lead_id], derive, option_labels(connection, "persona"))
