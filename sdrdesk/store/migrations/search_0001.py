"""The search index as migration 0001 made it; frozen, later migrations change it.

``find_doc`` gives every searchable text a stable number (SQLite may renumber rows without an own
one), ``lead_fts`` holds the words. Triggers only list changed texts in ``find_stale``;
``store.queue.find_index`` updates the index many at a time, at a quarter of the cost of doing it
row by row inside a pull.
"""
# ruff: noqa: S608  # built from the constants below, no value from outside

from __future__ import annotations

_SPACERS = (" ", "\u00a0", "-", "\u2010", "\u2011", "\u2013", "(", ")", ".", "/", "+")
_SUFFIXES = range(2, 9)
"""An E.164 number is also found without its country or area code: by what starts at its first to
seventh digit (the first character is the plus sign)."""
_WATCHED = (
    "lead_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "e164",
    "e164_more",
    "company_id",
    "company_text",
    "message",
)
_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _WATCHED)


def _digits(column: str) -> str:
    for spacer in _SPACERS:
        column = f"replace({column}, '{spacer}', '')"
    return column


def _number(column: str) -> str:
    return " || ' ' || ".join(f"substr({column}, {i})" for i in _SUFFIXES)


def _stale(lead: str, source: str, rest: str = "") -> str:
    # Not OR IGNORE: an upsert on the watched table overrides it and fails on the second mark.
    return (
        f"INSERT INTO find_stale (lead_id, source) SELECT {lead}, {source}{rest or ' WHERE true'}"
        " ON CONFLICT DO NOTHING;"
    )


_COMPANY = _stale(
    "l.lead_id", "''", " FROM lead l WHERE l.company_id = new.company_id AND l.company_id <> ''"
)

STATEMENTS = (
    "CREATE TABLE find_doc (doc INTEGER PRIMARY KEY, lead_id VARCHAR NOT NULL, "
    "source VARCHAR NOT NULL, UNIQUE (lead_id, source))",
    "CREATE TABLE find_stale (mark INTEGER PRIMARY KEY, lead_id VARCHAR NOT NULL, "
    "source VARCHAR NOT NULL, UNIQUE (lead_id, source))",
    "CREATE VIRTUAL TABLE lead_fts USING fts5(name, company, email, phone, note, "
    "tokenize='unicode61 remove_diacritics 2')",
    # source '' is the lead itself, else the activity whose note it is.
    f"""CREATE VIEW find_text AS
SELECT l.lead_id, '' AS source, l.first_name || ' ' || l.last_name AS name, l.email,
 l.company_text || ' ' || coalesce(c.name, '') AS company, l.message AS note,
 CASE WHEN l.e164 <> '' THEN {_number("l.e164")}
 WHEN l.phone || l.mobile <> '' THEN {_digits("l.phone")} || ' ' || {_digits("l.mobile")}
 ELSE '' END ||
 CASE WHEN l.e164_more <> '' THEN ' ' || {_number("l.e164_more")} ELSE '' END AS phone
FROM lead l LEFT JOIN company c ON c.company_id = l.company_id""",
    f"""CREATE TRIGGER find_lead_insert AFTER INSERT ON lead BEGIN
 {_stale("new.lead_id", "''")}
END""",
    f"""CREATE TRIGGER find_lead_update AFTER UPDATE OF {", ".join(_WATCHED)} ON lead
WHEN {_CHANGED} BEGIN
 {_stale("old.lead_id", "''")}
 {_stale("new.lead_id", "''")}
END""",
    f"""CREATE TRIGGER find_lead_delete AFTER DELETE ON lead BEGIN
 {_stale("old.lead_id", "''")}
END""",
    f"CREATE TRIGGER find_company_insert AFTER INSERT ON company BEGIN {_COMPANY} END",
    "CREATE TRIGGER find_company_update AFTER UPDATE OF name ON company "
    f"WHEN old.name IS NOT new.name BEGIN {_COMPANY} END",
    f"""CREATE TRIGGER find_note_insert AFTER INSERT ON activity WHEN new.note <> '' BEGIN
 {_stale("new.lead_id", "new.activity_key")}
END""",
    f"""CREATE TRIGGER find_note_update AFTER UPDATE OF note, lead_id ON activity
WHEN old.note IS NOT new.note OR old.lead_id <> new.lead_id BEGIN
 {_stale("old.lead_id", "old.activity_key")}
 {_stale("new.lead_id", "new.activity_key")}
END""",
    f"""CREATE TRIGGER find_note_delete AFTER DELETE ON activity WHEN old.note <> '' BEGIN
 {_stale("old.lead_id", "old.activity_key")}
END""",
)
