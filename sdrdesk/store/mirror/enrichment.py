"""What pulled leads mean: their derived facts, worked out without a database.

So it can be done before the transaction that keeps the leads, or in another process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.lead.enrichment import Derive, Derived
from sdrdesk.domain.lead.lead import Company, Lead

DERIVED = (
    "fit", "persona", "persona_reason", "e164", "e164_more", "zone", "zone_note", "region",
    "region_state", "extension",
)  # fmt: skip
"""Columns of ``lead`` that are worked out here."""

CompanyValues = tuple[object, ...]
"""A company as ``Company`` takes it: all columns but the last two."""
DerivedValues = tuple[object, ...]
"""Derived facts in the order of their columns."""


class Enriched(NamedTuple):
    """What a pulled lead means with its company as it was."""

    lead: RemoteLead
    company: CompanyValues | None
    facts: DerivedValues


_derived = attrgetter(*DERIVED)


def enrich(
    leads: Sequence[RemoteLead],
    companies: Mapping[str, CompanyValues],
    derive: Derive,
    personas: Mapping[str, str],
) -> list[DerivedValues]:
    """Return what pulled leads mean, in their order; needs no database."""
    return [enrich_one(lead, companies.get(lead.company_id), derive, personas) for lead in leads]


def enriched_by_id(
    leads: Sequence[RemoteLead],
    companies: Mapping[str, CompanyValues],
    facts: Sequence[DerivedValues],
) -> dict[str, Enriched]:
    """Return by id what ``work_out`` said of leads, with what it was said by."""
    return {
        lead.lead_id: Enriched(lead, companies.get(lead.company_id), said)
        for lead, said in zip(leads, facts, strict=True)
    }


def derived_row(facts: Derived) -> DerivedValues:
    """Return facts as they are stored."""
    return tuple(_derived(facts))


def enrich_one(
    lead: RemoteLead, company: CompanyValues | None, derive: Derive, personas: Mapping[str, str]
) -> DerivedValues:
    """Return what one pulled lead means, with its company."""
    made = Company(*company) if company else None  # type: ignore[arg-type]  # of its columns
    return derived_row(derive(_to_lead(lead, made, personas)))


def _to_lead(remote: RemoteLead, company: Company | None, personas: Mapping[str, str]) -> Lead:
    """Return what ``Derive`` may look at: everything but moments, on which it must not depend."""
    persona, reason = persona_of(remote.persona, personas)
    return Lead(
        lead_id=remote.lead_id,
        first_name=remote.first_name,
        last_name=remote.last_name,
        email=remote.email,
        job_title=remote.job_title,
        seniority=remote.seniority,
        department=remote.department,
        buying_role=remote.buying_role,
        company=company,
        company_text=remote.company_text,
        phone=remote.phone,
        mobile=remote.mobile,
        time_zone=remote.time_zone,
        country=remote.country,
        state=remote.state,
        city=remote.city,
        language=remote.language,
        persona=persona,
        persona_reason=reason,
        lifecycle=remote.lifecycle,
        status=remote.status,
        owner_id=remote.owner_id,
        converted_on=remote.converted_on,
        first_converted_on=remote.first_converted_on,
        conversions=remote.conversions,
        message=remote.message,
        page_views=remote.page_views,
        visits=remote.visits,
        last_url=remote.last_url,
        source=remote.source,
        crm_score=remote.crm_score,
        do_not_call=remote.do_not_call,
        archived=remote.archived,
    )


def persona_of(value: str, personas: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of the CRM's value and who said so, both ``""`` without one."""
    label = personas.get(value, value)
    return label, "set in the CRM" if label else ""
