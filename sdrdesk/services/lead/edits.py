"""Corrections of a person's own data: name, title, e-mail, numbers, company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.edit import (
    EDIT_FIELDS,
    FIELD_LABELS,
    FieldEdit,
    read_edits,
    value_of,
)
from sdrdesk.domain.people.new_person import read_new
from sdrdesk.services.lead.field_changes import FieldChanges


class Edited(NamedTuple):
    """The result of an edit, or of its dry run."""

    lead_id: str
    lead_name: str
    """After the edit."""
    edits: tuple[FieldEdit, ...]
    notes: tuple[str, ...]
    """Effects that the rep might not expect."""


class EditService:
    """Corrects people, here at once and in the CRM with the next sync."""

    def __init__(
        self,
        need: Callable[[str], Lead],
        fields: FieldChanges,
        default_country: str = "",
    ) -> None:
        self._need = need
        self._fields = fields
        self._default_country = default_country

    def values(self, lead_id: str) -> dict[str, str]:
        """Return the present values by name of ``EDIT_FIELDS``. Raises NotFoundError."""
        lead = self._need(lead_id)
        return {name: value_of(lead, field) for name, field in EDIT_FIELDS.items()}

    def new(self, given: Mapping[str, str]) -> NewLead:
        """Return a new person as ``read_new``, without adding them."""
        return read_new(given, self._default_country)

    def plan(self, lead_id: str, given: Mapping[str, str]) -> Edited:
        """Return what an edit would change; arguments and errors as for ``edit``."""
        lead = self._need(lead_id)
        edits = read_edits(lead, given, self._default_country)
        return Edited(lead.lead_id, lead.name, edits, _notes(lead, edits))

    def edit(
        self, lead_id: str, given: Mapping[str, str], seen: Mapping[str, str] | None = None
    ) -> Edited:
        """Change fields of a person.

        Args:
            lead_id: the lead.
            given: name of ``EDIT_FIELDS``, or ``name``, to the new text; ``""`` empties the field.
            seen: values the rep had before them, by name of ``EDIT_FIELDS``; a value that changed
                since is a conflict when the edit is sent. ``None``: the present ones.

        Raises:
            NotFoundError: there is no such lead.
            UsageError: a bad value, or nothing to change.
            CredentialsError: not logged in.
        """
        lead = self._need(lead_id)
        made = self.plan(lead_id, given)
        base = {edit.field: edit.was for edit in made.edits}
        for name, text in (seen or {}).items():
            if (field := EDIT_FIELDS.get(name)) in base and field is not None:
                base[field] = text
        changes = {edit.field: edit.new for edit in made.edits}
        label = f"edit of {_named(made.edits)}"
        self._fields.change(lead, changes, base, _note(made.edits), label)
        return made._replace(lead_name=self._need(lead.lead_id).name)


def _note(edits: tuple[FieldEdit, ...]) -> str:
    return "; ".join(edit.words for edit in edits)


def _named(edits: tuple[FieldEdit, ...]) -> str:
    return ", ".join(FIELD_LABELS[edit.field].lower() for edit in edits)


def _notes(lead: Lead, edits: tuple[FieldEdit, ...]) -> tuple[str, ...]:
    company = lead.company.name if lead.company else ""
    if company and any(edit.field == "company_text" for edit in edits):
        return (
            f"The person stays linked to the company {company} in {CRM_NAME}; that name is shown.",
        )
    return ()
