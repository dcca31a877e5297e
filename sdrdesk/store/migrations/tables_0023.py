"""What migration 0023 made; frozen, later migrations change it."""

# ruff: noqa: S608  # names from this file alone
from __future__ import annotations

_LEAD = (
    "first_name", "last_name", "email", "job_title", "seniority", "department", "buying_role",
    "company_id", "company_text", "phone", "mobile", "country", "state", "city", "message",
    "source", "converted_on", "crm_score", "visits", "properties",
)  # fmt: skip
_COMPANY = ("industry", "employees", "country", "properties")
"""What rules of fit read."""


def _said(lead: str, company: str) -> str:
    own = [f"'{name}', {lead}.{name}" for name in _LEAD]
    of_company = [f"'c_{name}', {company}.{name}" for name in _COMPANY]
    return f"json_object({', '.join([*own, *of_company])})"


def _differs(names: tuple[str, ...]) -> str:
    return " OR ".join(f"old.{name} IS NOT new.{name}" for name in names)


_KEEP = "INSERT INTO lead_then (lead_id, converted_ms, said)"


def _not_kept(lead: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM lead_then t"
        f" WHERE t.lead_id = {lead}.lead_id AND t.converted_ms = {lead}.converted_ms)"
    )


CHANGES = (
    "ALTER TABLE lead ADD COLUMN properties VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE company ADD COLUMN properties VARCHAR DEFAULT '' NOT NULL",
    "CREATE TABLE lead_then (lead_id VARCHAR NOT NULL, converted_ms INTEGER NOT NULL,"
    " said VARCHAR NOT NULL, PRIMARY KEY (lead_id, converted_ms))",
    f"CREATE TRIGGER lead_as_it_stood BEFORE UPDATE OF {', '.join(_LEAD)} ON lead"
    f" WHEN old.converted_ms IS NOT NULL AND ({_differs(_LEAD)})"
    f" BEGIN {_KEEP} SELECT old.lead_id, old.converted_ms, {_said('old', 'c')}"
    " FROM (SELECT 1) LEFT JOIN company c ON c.company_id = old.company_id"
    f" WHERE {_not_kept('old')}; END",
    f"CREATE TRIGGER company_as_it_stood BEFORE UPDATE OF {', '.join(_COMPANY)} ON company"
    f" WHEN {_differs(_COMPANY)}"
    f" BEGIN {_KEEP} SELECT l.lead_id, l.converted_ms, {_said('l', 'old')} FROM lead l"
    " WHERE l.company_id = old.company_id AND l.converted_ms IS NOT NULL"
    f" AND {_not_kept('l')}; END",
)
