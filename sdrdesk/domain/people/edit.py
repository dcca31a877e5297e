"""A person's own data as a rep types it: checked, and reduced to what really changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.names import split_name
from sdrdesk.domain.people.values import is_email
from sdrdesk.domain.place.phone import parse_phones
from sdrdesk.domain.text.plain_text import one_line

EDIT_FIELDS: Mapping[str, str] = {
    "first": "first_name",
    "last": "last_name",
    "title": "job_title",
    "email": "email",
    "phone": "phone",
    "mobile": "mobile",
    "company": "company_text",
}
"""Name on the command line to the field of the lead, in the order of the form."""

FIELD_LABELS: Mapping[str, str] = {
    "first_name": "First name",
    "last_name": "Last name",
    "job_title": "Title",
    "email": "E-mail",
    "phone": "Phone",
    "mobile": "Mobile",
    "company_text": "Company",
}
"""Field of the lead to its label."""


def field_words(field: str) -> str:
    """Return a field of ``LEAD_FIELDS`` in words."""
    return FIELD_LABELS.get(field, field.removesuffix("_id").replace("_", " ").capitalize())


LONGEST = 200
"""Characters of a name, title or company."""
_LONGEST_EMAIL = 254
_LONGEST_NUMBER = 120
_ALSO = {field: name for name, field in EDIT_FIELDS.items()} | {"e-mail": "email", "job": "title"}
_KEPT = "Nothing was changed."


class FieldEdit(NamedTuple):
    """One changed field."""

    field: str
    """A name of ``PERSON_DATA``."""
    was: str
    new: str

    @property
    def words(self) -> str:
        """The change in words."""
        return f"{FIELD_LABELS[self.field]}: {self.was or 'empty'} → {self.new or 'empty'}"

    @property
    def can_return(self) -> bool:
        """True if an edit accepts the old value: a CRM may hold a number that nobody can dial."""
        try:
            _checked(self.field, self.was, "")
        except UsageError:
            return False
        return True


def value_of(lead: Lead, field: str) -> str:
    """Return the present value of a field of ``PERSON_DATA``."""
    return str(getattr(lead, field))


def read_edits(
    lead: Lead, given: Mapping[str, str], default_country: str = ""
) -> tuple[FieldEdit, ...]:
    """Return the fields that ``given`` changes, checked and as they will be stored.

    Args:
        lead: the lead as it is now.
        given: name of ``EDIT_FIELDS``, or ``name`` for a whole name, to the text; ``""`` empties.
        default_country: ISO code for national numbers of a lead without a country.

    Raises:
        UsageError: an unknown field, a bad value, a person without name and e-mail address, or
            nothing to change.
    """
    values: dict[str, str] = {}
    for name, text in given.items():
        if name == "name":
            values["first_name"], values["last_name"] = split_name(checked_words("name", text))
        else:
            field, value = checked_field(name, text, lead.region or default_country)
            values[field] = value
    edits = tuple(
        FieldEdit(field, was, values[field])
        for field in FIELD_LABELS
        if field in values and values[field] != (was := value_of(lead, field))
    )
    if not edits:
        raise UsageError(f"{lead.name} has these values already.", kept=_KEPT)
    after = {field: value_of(lead, field) for field in FIELD_LABELS} | values
    if not any(after[field] for field in ("first_name", "last_name", "email")):
        raise UsageError(
            "A person needs a name or an e-mail address.",
            kept=_KEPT,
            next_step="Leave one of first, last, email.",
        )
    return edits


def checked_field(name: str, text: str, region: str) -> tuple[str, str]:
    """Return the field of the lead called ``name``, and the checked text. Raises UsageError."""
    field = EDIT_FIELDS[_known(name)]
    return field, _checked(field, text, region)


def _known(name: str) -> str:
    known = _ALSO.get(name.strip().casefold(), name.strip().casefold())
    if known in EDIT_FIELDS:
        return known
    raise UsageError(
        f"There is no field {name!r}{suggest(known, list(EDIT_FIELDS))}.",
        kept=_KEPT,
        next_step=f"Fields: name, {', '.join(EDIT_FIELDS)}.",
    )


def _checked(field: str, text: str, region: str) -> str:
    if field == "email":
        return checked_email(text)
    if field in ("phone", "mobile"):
        return checked_number(text, region)
    return checked_words(FIELD_LABELS[field].casefold(), text)


def checked_words(what: str, text: str) -> str:
    """Return words on one line. Raises UsageError when there are too many."""
    words = one_line(text, limit=LONGEST + 1)
    if len(words) > LONGEST:
        raise UsageError(f"The {what} is longer than {LONGEST} characters.", kept=_KEPT)
    return words


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case. Raises UsageError."""
    email = one_line(text, limit=_LONGEST_EMAIL + 1).removeprefix("mailto:").lower()
    if email and (len(email) > _LONGEST_EMAIL or not is_email(email)):
        raise UsageError(
            f'"{one_line(text, limit=80)}" is not an e-mail address.',
            kept=_KEPT,
            next_step="Write it as name@example.com.",
        )
    return email


def checked_number(text: str, region: str) -> str:
    """Return a number, or several, in international form, with extensions.

    Args:
        text: as typed.
        region: ISO code for a number without ``+``, ``""`` for none.

    Raises:
        UsageError: it cannot be dialled.
    """
    if not text.strip():
        return ""
    numbers = [n for n in parse_phones(text, region or None) if n.e164]
    written = " / ".join(number.international for number in numbers)
    if not numbers or len(written) > _LONGEST_NUMBER:
        digits = any(ch.isdigit() for ch in text)
        lacks = "" if region or "+" in text or not digits else " without its country code"
        raise UsageError(
            f'"{one_line(text, limit=60)}" cannot be dialled{lacks}.',
            kept=_KEPT,
            next_step="Write it with its country, such as +353 1 555 0142.",
        )
    return written
