"""Normalizes numbers, so that a held or suppressed number is recognised again."""

from __future__ import annotations

import re

from sdrdesk.store.database.connection import Connection

_TAIL = 9
"""Trailing digits that identify a number with and without its country code; two numbers of one
person differ in them. The same length as in ``domain.outcome.validation.other_numbers``."""


def normalize_number(connection: Connection, lead_id: str, region: str, number: str) -> str:
    """Return ``number`` in E.164: the matching number of the lead, else as parsed in ``region``.

    Text that is not a telephone number is only stripped.
    """
    tail = _digits(number)[-_TAIL:]
    row = connection.execute(
        "SELECT e164, e164_more FROM lead WHERE lead_id = ?", (lead_id,)
    ).fetchone()
    for own in f"{row[0]} {row[1]}".split() if row else ():
        if tail and _digits(own)[-_TAIL:] == tail:
            return own
    # Late, because it loads the numbering plans: only an unknown number gets here.
    from sdrdesk.domain.place.phone import parse_phone

    return parse_phone(number, region or None).e164 or number.strip()


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
