"""Derived facts of pulled leads, computed without a database.

So they can be computed before the transaction that stores the leads, or in another process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import NamedTuple

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.lead.enrichment import Derive, Derived
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.store.database.timestamps import from_ms

DERIVED = (
    "fit", "persona", "persona_reason", "e164", "e164_more", "zone", "zone_note", "region",
    "region_state", "extension",
)  # fmt: skip
"""Derived columns of ``lead``, in the order of ``DerivedValues``."""

CompanyValues = tuple[object, ...]
"""Values of ``Company``, in its order."""
DerivedValues = tuple[object, ...]


class Enriched(NamedTuple):
    """A pulled lead, the company it was enriched with, and its derived facts."""

    lead: RemoteLead
    company: CompanyValues | None
    facts: DerivedValues


_derived = attrgetter(*DERIVED)
_SHARED = tuple(
    f.name for f in fields(Lead) if f.name in RemoteLead._fields and f.name != "persona"
)
_shared = attrgetter(*_SHARED)


def enrich(
    leads: Sequence[RemoteLead],
    companies: Mapping[str, CompanyValues],
    derive: Derive,
    personas: Mapping[str, str],
) -> list[DerivedValues]:
    """Return the derived facts of pulled leads, in their order."""
    return [enrich_one(lead, companies.get(lead.company_id), derive, personas) for lead in leads]


def enriched_by_id(
    leads: Sequence[RemoteLead],
    companies: Mapping[str, CompanyValues],
    facts: Sequence[DerivedValues],
) -> dict[str, Enriched]:
    """Return leads by id with the result of ``enrich`` and the company it used."""
    return {
        lead.lead_id: Enriched(lead, companies.get(lead.company_id), said)
        for lead, said in zip(leads, facts, strict=True)
    }


def derived_row(facts: Derived) -> DerivedValues:
    """Return the facts in the order of ``DERIVED``."""
    return tuple(_derived(facts))


def enrich_one(
    lead: RemoteLead, company: CompanyValues | None, derive: Derive, personas: Mapping[str, str]
) -> DerivedValues:
    """Return the derived facts of one pulled lead."""
    made = Company(*company) if company else None  # type: ignore[arg-type]  # of its columns
    return derived_row(derive(_to_lead(lead, made, personas)))


def _to_lead(remote: RemoteLead, company: Company | None, personas: Mapping[str, str]) -> Lead:
    """Return the input of ``Derive``: everything but moments that nothing depends on."""
    persona, reason = persona_of(remote.persona, personas)
    dated = remote.properties or (company and company.properties)
    return Lead(
        company=company,
        # The age of a date counts from the conversion.
        converted_at=from_ms(remote.converted_ms) if dated else None,
        persona=persona,
        persona_reason=reason,
        **dict(zip(_SHARED, _shared(remote), strict=True)),
    )


def persona_of(value: str, personas: Mapping[str, str]) -> tuple[str, str]:
    """Return the label of the CRM's persona value and its source, both ``""`` without one."""
    label = personas.get(value, value)
    return label, "set in the CRM" if label else ""
