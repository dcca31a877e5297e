"""Writes pages of CRM records into the mirror, each in one transaction with its cursor.

Rows that a rep made (``local`` activities, the outbox, decisions) are never overwritten here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import itemgetter
from types import MappingProxyType

from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    RemoteCompany,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import known_ms
from sdrdesk.store.mirror.conversions import keep_conversions
from sdrdesk.store.mirror.enrichment import (
    DERIVED,
    CompanyValues,
    DerivedValues,
    Enriched,
    derived_row,
    enrich_one,
    persona_of,
)
from sdrdesk.store.mirror.former_names import OUTCOME, folded, former, remember_options
from sdrdesk.store.mirror.leads import lead_in
from sdrdesk.store.mirror.pending_fields import pending, seen_bases, set_base
from sdrdesk.store.mirror.stage_dates import put_stage_dates

Shown = Callable[[str, str, str, str], str]
"""Field, base, the rep's unsent value, the CRM's value: the value to show."""

_OWNER = tuple(field.name for field in fields(RemoteOwner))
_COMPANY = tuple(field.name for field in fields(RemoteCompany) if field.name != "left_out")
_SAME_NAME = tuple(
    name
    for name in RemoteLead._fields
    if name not in ("persona", "merged_ids", "stages", "left_out")
)
"""Columns of ``lead`` with the same name in ``RemoteLead``; ``persona`` goes to another column."""

_COUNTED = ("attempts", "first_attempt_ms", "last_attempt_ms", "last_attempt_by")
"""Filled by ``attempts.recompute``; a pull does not change them."""

_LEAD = (*_SAME_NAME, "persona_value", "seen_ms", *DERIVED)


_same: Callable[[RemoteLead], tuple[object, ...]] = itemgetter(
    *(RemoteLead._fields.index(name) for name in _SAME_NAME)
)


@dataclass(frozen=True, slots=True)
class PutResult:
    """Result of writing a page of leads."""

    count: int = 0
    fresh: tuple[str, ...] = ()
    """Leads whose latest conversion is new here."""
    companies_missing: frozenset[str] = frozenset()
    """Companies of the leads that are not here."""


def put_owners(connection: Connection, owners: Iterable[RemoteOwner]) -> int:
    """Store every rep and return the count."""
    rows = [tuple(getattr(owner, name) for name in _OWNER) for owner in owners]
    connection.executemany(_upsert("owner", _OWNER), rows)
    return len(rows)


_STATUSES = "SELECT value FROM crm_option WHERE field = 'status'"


def put_options(
    connection: Connection, options: Sequence[RemoteOption], *, every: bool = False
) -> bool:
    """Replace the options of every field in ``options``; return whether a status is gone.

    With ``every`` these are all that the account has: a field that is not among them has none. If
    nothing at all was read, this user may not read the fields, and what was known is kept.
    A CRM that has no other value of a status than its name shows a renamed one so.
    """
    statuses = {str(v) for (v,) in connection.execute(_STATUSES)}
    if every and options:
        connection.execute("DELETE FROM crm_option")
    for field in sorted({option.field for option in options}):
        connection.execute("DELETE FROM crm_option WHERE field = ?", (field,))
    connection.executemany(
        "INSERT OR REPLACE INTO crm_option (field, value, label, position, hidden)"
        " VALUES (?, ?, ?, ?, ?)",
        [(o.field, o.value, o.label, o.position, o.hidden) for o in options],
    )
    remember_options(connection, options)
    return bool(statuses.difference(str(v) for (v,) in connection.execute(_STATUSES)))


def known_outcomes(connection: Connection) -> dict[str, str]:
    """Return the value of each call outcome by its label in lower case.

    A label that the account has renamed still leads to the same option, unless another one has it
    now. The value of an option leads to itself.
    """
    rows = connection.execute(
        "SELECT value, label FROM crm_option WHERE field = 'outcome' AND NOT hidden"
    ).fetchall()
    values = {str(value) for value, _ in rows}
    known = {name: v for name, v in former(connection, OUTCOME).items() if v in values}
    own = {value.casefold(): value for value in values}
    return own | known | {folded(label): str(value) for value, label in rows}


def option_labels(connection: Connection, field: str) -> dict[str, str]:
    """Return value to label of a field's options, in the account's own order."""
    rows = connection.execute(
        "SELECT value, label FROM crm_option WHERE field = ? ORDER BY position, value", (field,)
    ).fetchall()
    return {str(value): str(label) for value, label in rows}


def put_companies(connection: Connection, companies: Sequence[RemoteCompany]) -> list[str]:
    """Store companies and return the ids of leads whose derived facts may depend on them."""
    rows = [tuple(getattr(c, name) for name in _COMPANY) for c in companies]
    connection.executemany(_upsert("company", _COMPANY), rows)
    ids = [c.company_id for c in companies]
    found = connection.execute(
        f"SELECT lead_id FROM lead WHERE company_id IN ({marks(ids)})",  # noqa: S608
        ids,
    ).fetchall()
    return [str(row[0]) for row in found]


def put_leads(
    connection: Connection,
    leads: Sequence[RemoteLead],
    *,
    derive: Derive,
    shown: Shown,
    personas: Mapping[str, str],
    now_ms: int,
    ready: Mapping[str, Enriched] = MappingProxyType({}),
) -> PutResult:
    """Store a page of leads: the CRM's values, except where a change of the rep is unsent.

    ``ready``: leads enriched before this transaction by the puller, the only writer of companies.
    """
    ids = [lead.lead_id for lead in leads]
    held = _held(connection, ids)
    waiting = pending(connection, ids)
    companies: Mapping[str, CompanyValues] | None = None
    missing = set()
    rows = []
    fresh = []
    displaced = []
    for lead in leads:
        mine = waiting.get(lead.lead_id)
        effective = _effective(connection, lead, mine, shown, now_ms) if mine else lead
        before = held.get(lead.lead_id)
        is_fresh = lead.converted_ms is not None and (
            before is None or before[0] != lead.converted_ms
        )
        if is_fresh:
            fresh.append(lead.lead_id)
            if before is not None and (lead.converted_ms or 0) > (before[0] or 0):
                displaced.append(lead.lead_id)
        seen = now_ms if before is None or is_fresh else before[1]
        made = ready.get(lead.lead_id)
        if made is not None and made.lead is effective:
            company, facts = made.company, made.facts
        else:  # the rep's own value counts, or it was not enriched before
            companies = companies_of(connection, leads) if companies is None else companies
            company = companies.get(lead.company_id)
            facts = enrich_one(effective, company, derive, personas)
        if company is None and lead.company_id:
            missing.add(lead.company_id)
        rows.append((*_same(effective), effective.persona, seen, *facts))
    keep_conversions(connection, displaced)
    connection.executemany(_LEAD_UPSERT, rows)
    put_stage_dates(connection, {lead.lead_id: lead.stages for lead in leads}, held)
    return PutResult(len(rows), tuple(fresh), frozenset(missing))


def companies_of(connection: Connection, leads: Iterable[RemoteLead]) -> dict[str, CompanyValues]:
    """Return the companies of these leads by id; missing ones are left out."""
    # An older sdrdesk, or another program, may have stored text there.
    employees = "CASE typeof(employees) WHEN 'integer' THEN employees END"
    names = [employees if f.name == "employees" else f.name for f in fields(Company)]
    found: dict[str, CompanyValues] = {}
    for part in chunks(sorted({lead.company_id for lead in leads if lead.company_id})):
        rows = connection.execute(
            f"SELECT {', '.join(names)} FROM company WHERE company_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        found.update({str(row[0]): tuple(row) for row in rows})
    return found


def rederive(
    connection: Connection, lead_ids: Iterable[str], derive: Derive, personas: Mapping[str, str]
) -> None:
    """Compute derived facts again after the company or a persona's label changed."""
    leads = (lead_in(connection, lead_id) for lead_id in sorted(set(lead_ids)))
    rederive_leads(connection, [lead for lead in leads if lead is not None], derive, personas)


def rederive_leads(
    connection: Connection, leads: Sequence[Lead], derive: Derive, personas: Mapping[str, str]
) -> None:
    """Compute the derived facts of these leads again; write only rows that differ."""
    ids = [lead.lead_id for lead in leads]
    changed = pending(connection, ids)
    found: list[tuple[str, DerivedValues]] = []
    for lead in leads:
        persona, reason = persona_of(lead.extra.get("persona_value", ""), personas)
        if persona and "persona" in changed.get(lead.lead_id, ()):
            reason = "set by you"  # and not yet sent
        facts = derive(replace(lead, persona=persona, persona_reason=reason, zone=""))
        found.append((lead.lead_id, derived_row(facts)))
    held: dict[str, DerivedValues] = {}
    for part in chunks(ids):
        rows = connection.execute(
            f"SELECT lead_id, {', '.join(DERIVED)} FROM lead WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        held.update({str(row[0]): tuple(row[1:]) for row in rows})
    connection.executemany(
        f"UPDATE lead SET {', '.join(f'{n} = ?' for n in DERIVED)} WHERE lead_id = ?",  # noqa: S608
        [(*values, lead_id) for lead_id, values in found if held.get(lead_id) != values],
    )


def archive_leads(connection: Connection, ids: Sequence[str]) -> int:
    """Take leads that the CRM deleted out of the queue; their history stays."""
    changed = 0
    for part in chunks(ids):
        changed += connection.execute(
            f"UPDATE lead SET archived = 1 WHERE archived = 0 AND lead_id IN ({marks(part)})",  # noqa: S608
            part,
        ).rowcount
    return changed


def take_away_leads(connection: Connection, ids: Sequence[str]) -> int:
    """Take leads out of the queue that are not the rep's any more; their history stays.

    The new owner is not known, so they have none: the news says that they moved.
    """
    changed = 0
    for part in chunks(ids):
        here = f"archived = 0 AND lead_id IN ({marks(part)})"
        connection.execute(f"UPDATE lead SET owner_id = '' WHERE {here}", part)  # noqa: S608
        changed += connection.execute(
            f"UPDATE lead SET archived = 1 WHERE {here}",  # noqa: S608
            part,
        ).rowcount
    return changed


def lead_dates(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return the stored modification date of each of these leads that is not archived."""
    return _dates(connection, "lead", "lead_id", "archived = 0", ids)


def company_dates(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return the stored modification date of each of these companies."""
    return _dates(connection, "company", "company_id", "1", ids)


def activity_dates(connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, int]:
    """Return the stored modification date of each of these activities, by CRM id."""
    if kind not in ACTIVITY_KINDS:
        raise ValueError(kind)
    # SQLite uses the partial index only when its condition is repeated.
    return _dates(connection, "activity", "crm_id", f"kind = '{kind}' AND crm_id <> ''", ids)


def _upsert(table: str, names: Sequence[str]) -> str:
    sets = ", ".join(f"{n} = excluded.{n}" for n in names[1:])
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks(names)})"  # noqa: S608
        f" ON CONFLICT ({names[0]}) DO UPDATE SET {sets}"
    )


_LEAD_UPSERT = (
    f"INSERT INTO lead ({', '.join(_LEAD)}, {', '.join(_COUNTED)})"  # noqa: S608  # names from above
    f" VALUES ({marks(_LEAD)}, 0, NULL, NULL, '') ON CONFLICT (lead_id) DO UPDATE SET "
    + ", ".join(f"{n} = excluded.{n}" for n in _LEAD[1:])
)


def _held(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int | None, int]]:
    rows = connection.execute(
        f"SELECT lead_id, converted_ms, seen_ms FROM lead WHERE lead_id IN ({marks(ids)})",  # noqa: S608
        ids,
    ).fetchall()
    return {str(lead_id): (known_ms(converted), seen) for lead_id, converted, seen in rows}


def _effective(
    connection: Connection, lead: RemoteLead, mine: Mapping[str, str], shown: Shown, now_ms: int
) -> RemoteLead:
    theirs = {name: _text(getattr(lead, name)) for name in mine}
    base = seen_bases(connection, lead.lead_id)
    values: dict[str, object] = {}
    for name, value in mine.items():
        show = shown(name, base.get(name, theirs[name]), value, theirs[name])
        values[name] = show == "true" if name == "do_not_call" else show
    set_base(connection, lead.lead_id, theirs, now_ms)
    return lead._replace(**values)  # type: ignore[arg-type]  # names of LEAD_FIELDS


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _dates(
    connection: Connection, table: str, key: str, where: str, ids: Iterable[str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(sorted(set(ids))):
        rows = connection.execute(
            f"SELECT {key}, modified_ms FROM {table}"  # noqa: S608  # names from this module
            f" WHERE {where} AND {key} IN ({marks(part)})",
            part,
        ).fetchall()
        found.update({str(i): at if isinstance(at, int) else -1 for i, at in rows})
    return found
