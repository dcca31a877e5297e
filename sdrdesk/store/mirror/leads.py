"""Read one lead, its colleagues and its possible duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, known_ms, known_number
from sdrdesk.store.mirror.lead_ids import display_name as display_name
from sdrdesk.store.mirror.lead_ids import resolve as resolve

_NEAR_LIMIT = 50
"""Most colleagues or duplicates listed: two screens; a shared inbox may have thousands."""

_JOINED = {
    "rep_time_zone", "zone", "callback_note", "do_not_call", "email_opt_out", "archived", "extra",
    "company",
}  # fmt: skip
"""Fields of ``Lead`` that are not one plain column of ``lead``."""
_DESK_MOMENTS = ("next_due", "callback")
_LEAD_MOMENTS = tuple(
    field.name.removesuffix("_at")
    for field in fields(Lead)
    if field.name.endswith("_at") and field.name.removesuffix("_at") not in _DESK_MOMENTS
)
_LEAD = tuple(
    field.name
    for field in fields(Lead)
    if field.name not in _JOINED and not field.name.endswith("_at")
)
_NUMBERS = ("conversions", "page_views", "visits", "fit", "attempts")
_COMPANY = tuple(field.name for field in fields(Company))

_ALL = f"""
SELECT {", ".join(f"l.{name}" for name in _LEAD)}, l.persona_value,
 l.do_not_call, l.email_opt_out, l.archived,
 {", ".join(f"l.{name}_ms" for name in _LEAD_MOMENTS)},
 {", ".join(f"d.{name}_ms" for name in _DESK_MOMENTS)},
 coalesce(nullif(d.rep_time_zone, ''), l.zone) AS zone,
 coalesce(d.rep_time_zone, '') AS rep_time_zone, coalesce(d.callback_note, '') AS callback_note,
 {", ".join(f"c.{name} AS c_{name}" for name in _COMPANY)}
FROM lead l LEFT JOIN company c ON c.company_id = l.company_id
 LEFT JOIN lead_desk d ON d.lead_id = l.lead_id
"""  # noqa: S608  # column names from the constants above
_SQL = f"{_ALL} WHERE l.lead_id = ?"

_SAME_DOMAIN = (
    "SELECT l.lead_id, l.first_name, l.last_name, l.email, c.name, 'domain' FROM lead me"
    " LEFT JOIN company mine ON mine.company_id = me.company_id"
    " JOIN company c INDEXED BY ix_company_domain ON c.domain = coalesce(nullif(mine.domain, ''),"
    "  lower(substr(me.email, nullif(instr(me.email, '@'), 0) + 1)))"
    " AND c.domain <> '' AND c.company_id <> me.company_id"
    " JOIN lead l ON l.company_id = c.company_id AND l.lead_id <> me.lead_id AND l.archived = 0"
    " WHERE me.lead_id = :id"
)
_SAME_NAME = (
    "SELECT l.lead_id, l.first_name, l.last_name, l.email,"
    " coalesce(nullif(c.name, ''), l.company_text), 'name' FROM lead me"
    " JOIN lead l INDEXED BY ix_lead_company ON l.company_id = me.company_id"
    " AND l.lead_id <> me.lead_id AND l.archived = 0"
    " AND l.last_name = me.last_name COLLATE NOCASE AND l.first_name = me.first_name COLLATE NOCASE"
    " LEFT JOIN company c ON c.company_id = l.company_id"
    " WHERE me.lead_id = :id AND me.company_id <> '' AND me.last_name <> ''"
)


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    """Another lead of the same company, with the last call to them by any rep."""

    lead_id: str
    name: str
    title: str
    last_call_at: datetime | None
    """Aware UTC, ``None`` when never called."""
    last_call_by: str
    """Name of the rep, ``""`` when unknown."""
    last_outcome: str
    """Key of the outcome recorded here, else the CRM's label, ``""`` when unknown."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another lead that may be the same person."""

    lead_id: str
    name: str
    company: str
    same: str
    """The shared value: ``"phone"``, ``"e-mail"``, ``"name"`` within a company, or ``"domain"`` for
    a person of another company record with the domain of the lead's own company or e-mail
    address."""


def get_lead(db: Database, lead_id: str) -> Lead | None:
    """Return one lead with its company and the rep's decisions, ``None`` when there is none.

    An id that was merged away finds the surviving lead. Archived leads are found too.
    """
    with db.reader() as connection:
        return lead_in(connection, resolve(connection, lead_id))


def lead_in(connection: Connection, lead_id: str) -> Lead | None:
    """Return one lead by its present id, in the caller's transaction."""
    cursor = connection.execute(_SQL, (lead_id,))
    row = cursor.fetchone()
    if row is None:
        return None
    return _lead({column[0]: value for column, value in zip(cursor.description, row, strict=True)})


def leads_after(connection: Connection, lead_id: str, size: int) -> list[Lead]:
    """Return the next ``size`` leads by id, archived ones too; ``""`` starts from the first."""
    cursor = connection.execute(
        f"{_ALL} WHERE l.lead_id > ? ORDER BY l.lead_id LIMIT ?", (lead_id, size)
    )
    rows = cursor.fetchall()
    names = [column[0] for column in cursor.description]
    return [_lead(dict(zip(names, row, strict=True))) for row in rows]


def company_colleagues(db: Database, lead_id: str) -> list[ColleagueRow]:
    """Return up to 50 other leads of the company, most recently called first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT l.lead_id, l.first_name, l.last_name, l.email, l.job_title, a.at_ms,"
            " coalesce(o.name, ''), coalesce(nullif(a.disposition, ''), a.outcome_label, '')"
            " FROM lead me JOIN lead l ON l.company_id = me.company_id"
            " AND l.lead_id <> me.lead_id AND l.archived = 0"
            " LEFT JOIN activity a ON a.activity_key = (SELECT x.activity_key FROM activity x"
            "  WHERE x.lead_id = l.lead_id AND x.kind = 'call' AND x.not_made = ''"
            "  AND x.undone_ms IS NULL"
            "  ORDER BY x.at_ms DESC LIMIT 1)"
            " LEFT JOIN owner o ON o.owner_id = a.owner_id"
            " WHERE me.lead_id = ? AND me.company_id <> ''"
            " ORDER BY a.at_ms DESC, l.last_name, l.lead_id LIMIT ?",
            (resolve(connection, lead_id), _NEAR_LIMIT),
        ).fetchall()
    return [
        ColleagueRow(lead, display_name(first, last, email, lead), title, from_ms(at), by, outcome)
        for lead, first, last, email, title, at, by, outcome in rows
    ]


def possible_duplicates(db: Database, lead_id: str) -> list[Duplicate]:
    """Return up to 50 other leads with the same number, e-mail address, name or company domain.

    People of the same company record are duplicates only with the same name.
    """
    parts = [  # the words put into the SQL are the two pairs below
        "SELECT l.lead_id, l.first_name, l.last_name, l.email,"  # noqa: S608
        f" coalesce(nullif(c.name, ''), l.company_text), '{word}'"
        f" FROM lead me JOIN lead l ON l.{column} = me.{column} AND l.lead_id <> me.lead_id"
        " AND l.archived = 0 LEFT JOIN company c ON c.company_id = l.company_id"
        f" WHERE me.lead_id = :id AND me.{column} <> ''"
        for word, column in (("phone", "e164"), ("e-mail", "email"))
    ]
    sql = " UNION ALL ".join((*parts, _SAME_NAME, _SAME_DOMAIN)) + " LIMIT :limit"
    with db.reader() as connection:
        found = connection.execute(
            sql, {"id": resolve(connection, lead_id), "limit": _NEAR_LIMIT}
        ).fetchall()
    by_id: dict[str, Duplicate] = {}
    for other, first, last, email, company, same in found:
        name = display_name(first, last, email, other)
        by_id.setdefault(other, Duplicate(other, name, company, same))
    return list(by_id.values())


def held_numbers(db: Database, lead_id: str) -> dict[str, str]:
    """Return the numbers of a lead that must not be dialled (E.164, or as typed) to the reason."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT number, reason FROM number_hold WHERE lead_id = ?",
            (resolve(connection, lead_id),),
        ).fetchall()
    return {str(number): str(reason) for number, reason in rows}


def _lead(row: Mapping[str, object]) -> Lead:
    values: dict[str, object] = {name: row[name] for name in _LEAD}
    values["extra"] = {"persona_value": row["persona_value"]}
    for name in _LEAD_MOMENTS:
        values[f"{name}_at"] = from_ms(known_ms(row[f"{name}_ms"]))
    for name in _DESK_MOMENTS:
        ms = row[f"{name}_ms"]
        values[f"{name}_at"] = from_ms(ms) if isinstance(ms, int) else None
    for name in _NUMBERS:
        values[name] = known_number(values[name]) or 0
    values["crm_score"] = known_number(values["crm_score"])
    return Lead(
        **values,  # type: ignore[arg-type]  # by name; a test fills every field
        do_not_call=bool(row["do_not_call"]),
        email_opt_out=bool(row["email_opt_out"]),
        archived=bool(row["archived"]),
        zone=str(row["zone"]),
        rep_time_zone=str(row["rep_time_zone"]),
        callback_note=clean_all(str(row["callback_note"])),
        company=_company(row),
    )


def _company(row: Mapping[str, object]) -> Company | None:
    if row["c_company_id"] is None:
        return None
    values = {name: row[f"c_{name}"] for name in _COMPANY}
    values["employees"] = known_number(values["employees"])
    return Company(**values)  # type: ignore[arg-type]  # by name
