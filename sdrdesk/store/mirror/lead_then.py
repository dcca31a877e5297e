"""Leads as they were when they converted, for judging rules by what was known before the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import known_number, to_ms

_LEAD = {field.name for field in fields(Lead)} - {"company"}
_COMPANY = {field.name for field in fields(Company)}
_COUNTS = ("visits",)


def as_they_stood(db: Database, leads: Iterable[Lead]) -> dict[str, Lead]:
    """Return leads by id as they were at their latest conversion; later edits are taken back.

    What was never on this machine cannot be taken back: a lead that was changed at the CRM before
    it was first read stays as it was read.
    """
    with db.reader() as connection:
        rows = connection.execute("SELECT lead_id, converted_ms, said FROM lead_then").fetchall()
    kept = {(str(lead_id), at): str(said) for lead_id, at, said in rows}
    return {lead.lead_id: _as_it_stood(lead, kept) for lead in leads}


def _as_it_stood(lead: Lead, kept: Mapping[tuple[str, object], str]) -> Lead:
    if lead.converted_at is None:
        return lead
    said = json_object(kept.get((lead.lead_id, to_ms(lead.converted_at)), ""))
    if not said:
        return lead
    own = {
        name: _value(name, value)
        for name, value in said.items()
        if name in _LEAD and name != "company_id"
    }
    company = lead.company
    company_id = str(said.get("company_id") or "")
    if not company_id:
        company = None
    else:
        held = company if company and company.company_id == company_id else Company(company_id)
        more = {name: _value(name, said[f"c_{name}"]) for name in _COMPANY if f"c_{name}" in said}
        company = replace(held, **more)  # type: ignore[arg-type]  # by name
    return replace(lead, company=company, **own)  # type: ignore[arg-type]  # by name


def _value(name: str, value: object) -> object:
    if name in ("crm_score", "employees"):
        return known_number(value)
    if name in _COUNTS:
        return known_number(value) or 0
    return value if isinstance(value, str) else ""
