"""A person as a rep types them in: checked, and ready to be looked up and created."""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.people.edit import checked_field, checked_words
from sdrdesk.domain.people.names import split_name
from sdrdesk.domain.place.phone import parse_phones

_NEW_NAMES: Mapping[str, str] = {
    "first_name": "first_name",
    "last_name": "last_name",
    "job_title": "title",
    "company_text": "company",
    "phone": "phone",
    "mobile": "mobile",
}
"""Field of the lead to the name in ``NewLead.values``."""


def read_new(given: Mapping[str, str], default_country: str = "") -> NewLead:
    """Return the person, with every number in E.164.

    Args:
        given: name of ``EDIT_FIELDS``, or ``name`` for a whole name, to the text.
        default_country: ISO code for numbers without ``+``, ``""`` for none.

    Raises:
        UsageError: a bad value, or nothing that tells the person from others.
    """
    values: dict[str, str] = {}
    for name, text in given.items():
        if name == "name":
            first, last = split_name(checked_words("name", text))
            values |= {"first_name": first, "last_name": last}
        else:
            field, value = checked_field(name, text, default_country)
            values[field] = value
    email = values.pop("email", "")
    known = {_NEW_NAMES[field]: value for field, value in values.items() if value}
    numbers = tuple(
        dict.fromkeys(
            number.e164
            for field in ("mobile", "phone")
            for number in parse_phones(values.get(field, ""), None, dial_only=True)
            if number.e164
        )
    )
    named = "first_name" in known or "last_name" in known
    if not email and not (numbers and named):
        raise UsageError(
            "A new person needs an e-mail address, or a name and a number.",
            kept="Nothing was added.",
            next_step="Without them nobody can tell whether the person is there already.",
        )
    return NewLead(email, known, numbers=numbers)
