"""Telephone numbers in the form that CRMs index."""

from __future__ import annotations


def without_country(e164: str) -> str:
    """Return a number without its country code, ``""`` if it is not a number."""
    import phonenumbers  # a tenth of a second to load: only people without an address need it

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ""
    return e164.removeprefix(f"+{number.country_code}")
