"""One way to write a number down, so that a held or barred number is recognised again."""

from __future__ import annotations

import re

from sdrdesk.store.database.connection import Connection

_TAIL = 9
"""Digits that tell two numbers apart: written with and without country code they share these, and
no two numbers of one person do. The same measure as ``domain.outcome.validation.other_numbers``."""


def normalize_number(connection: Connection, lead_id: str, region: str, number: str) -> str:
    """Return ``number`` in E.164: as the lead's own number it is, else as it parses in ``region``.

    Text that is no telephone number comes back as it is, without white space around it.
    """
    tail = _digits(number)[-_TAIL:]
    row = connection.execute(
        "SELECT e164, e164_more FROM lead WHERE lead_id = ?", (lead_id,)
    ).fetchone()
    for own in f"{row[0]} {row[1]}".split() if row else ():
        if tail and _digits(own)[-_TAIL:] == tail:
            return own
    # Loads the numbering plans, so it comes last: only a number nobody has on file gets here.
    from sdrdesk.domain.place.phone import parse_phone

    return parse_phone(number, region or None).e164 or number.strip()


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
