"""The SQL behind type-to-find as migration 0001 made it; frozen, later migrations change it anew.

``find_doc`` gives every searchable text a stable number (SQLite may renumber rows that have none of
their own), ``lead_fts`` holds the words. Triggers keep both right, whoever writes the tables.
"""
# ruff: noqa: S608  # built from the constants below, no value from outside

from __future__ import annotations

_SPACERS = (" ", "\u00a0", "-", "\u2010", "\u2011", "\u2013", "(", ")", ".", "/", "+")
_SUFFIXES = range(2, 8)
"""A number is also found without its country or area code: by what starts at digit 2 to 7."""


def _digits(column: str) -> str:
    for spacer in _SPACERS:
        column = f"replace({column}, '{spacer}', '')"
    return column


def _number(column: str) -> str:
    return f"{column} || " + " || ".join(f"' ' || substr({column}, {i})" for i in _SUFFIXES)


_DOC = "(SELECT doc FROM find_doc WHERE lead_id = {who}.lead_id AND source = {source})"
_LEAD_DOC = _DOC.format(who="new", source="''")
_TEXT = (
    "(SELECT {column} FROM find_text t WHERE t.lead_id = new.lead_id)"  # one lead, by primary key
)
_COMPANY = (
    "UPDATE lead_fts SET company = (SELECT t.company FROM find_doc d JOIN find_text t "
    "ON t.lead_id = d.lead_id WHERE d.doc = lead_fts.rowid) WHERE rowid IN "
    "(SELECT d.doc FROM lead l JOIN find_doc d ON d.lead_id = l.lead_id AND d.source = '' "
    "WHERE l.company_id = new.company_id AND l.company_id <> '')"
)
_COLUMNS = ("name", "company", "email", "phone", "note")
_WATCHED = (
    "lead_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "e164",
    "company_id",
    "company_text",
    "message",
)
_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _WATCHED)

STATEMENTS = (
    "CREATE TABLE find_doc (doc INTEGER PRIMARY KEY, lead_id VARCHAR NOT NULL, "
    "source VARCHAR NOT NULL, UNIQUE (lead_id, source))",
    "CREATE VIRTUAL TABLE lead_fts USING fts5(name, company, email, phone, note, "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    f"""CREATE VIEW find_text AS
SELECT n.lead_id, n.name, n.company, n.email, n.note,
 {_number("n.p")} || ' ' || {_number("n.m")} ||
 CASE WHEN n.e IN ('', n.p, n.m) THEN '' ELSE ' ' || {_number("n.e")} END AS phone
FROM (SELECT l.lead_id, l.first_name || ' ' || l.last_name AS name, l.email,
 l.company_text || ' ' || coalesce(c.name, '') AS company, l.message AS note,
 {_digits("l.phone")} AS p, {_digits("l.mobile")} AS m, {_digits("l.e164")} AS e
 FROM lead l LEFT JOIN company c ON c.company_id = l.company_id) n""",
    f"""CREATE TRIGGER find_lead_insert AFTER INSERT ON lead BEGIN
 DELETE FROM lead_fts WHERE rowid = {_LEAD_DOC};
 INSERT INTO find_doc (lead_id, source) SELECT new.lead_id, '' WHERE {_LEAD_DOC} IS NULL;
 INSERT INTO lead_fts (rowid, name, company, email, phone, note)
 SELECT {_LEAD_DOC}, name, company, email, phone, note FROM find_text
 WHERE lead_id = new.lead_id;
END""",
    f"""CREATE TRIGGER find_lead_update AFTER UPDATE OF {", ".join(_WATCHED)} ON lead
WHEN {_CHANGED} BEGIN
 UPDATE find_doc SET lead_id = new.lead_id WHERE lead_id = old.lead_id AND source = ''
 AND old.lead_id <> new.lead_id;
 UPDATE lead_fts SET {", ".join(f"{c} = {_TEXT.format(column=c)}" for c in _COLUMNS)}
 WHERE rowid = {_LEAD_DOC};
END""",
    f"""CREATE TRIGGER find_lead_delete AFTER DELETE ON lead BEGIN
 DELETE FROM lead_fts WHERE rowid = {_DOC.format(who="old", source="''")};
 DELETE FROM find_doc WHERE lead_id = old.lead_id AND source = '';
END""",
    f"CREATE TRIGGER find_company_insert AFTER INSERT ON company BEGIN {_COMPANY}; END",
    "CREATE TRIGGER find_company_update AFTER UPDATE OF name ON company "
    f"WHEN old.name IS NOT new.name BEGIN {_COMPANY}; END",
    f"""CREATE TRIGGER find_note_insert AFTER INSERT ON activity WHEN new.note <> '' BEGIN
 INSERT INTO find_doc (lead_id, source) VALUES (new.lead_id, new.activity_key);
 INSERT INTO lead_fts (rowid, name, company, email, phone, note)
 VALUES ({_DOC.format(who="new", source="new.activity_key")}, '', '', '', '', new.note);
END""",
    f"""CREATE TRIGGER find_note_update AFTER UPDATE OF note, lead_id ON activity
WHEN old.note IS NOT new.note OR old.lead_id <> new.lead_id BEGIN
 DELETE FROM lead_fts WHERE rowid = {_DOC.format(who="old", source="old.activity_key")};
 DELETE FROM find_doc WHERE lead_id = old.lead_id AND source = old.activity_key;
 INSERT INTO find_doc (lead_id, source)
 SELECT new.lead_id, new.activity_key WHERE new.note <> '';
 INSERT INTO lead_fts (rowid, name, company, email, phone, note)
 SELECT d.doc, '', '', '', '', new.note FROM find_doc d
 WHERE d.lead_id = new.lead_id AND d.source = new.activity_key;
END""",
    f"""CREATE TRIGGER find_note_delete AFTER DELETE ON activity WHEN old.note <> '' BEGIN
 DELETE FROM lead_fts WHERE rowid = {_DOC.format(who="old", source="old.activity_key")};
 DELETE FROM find_doc WHERE lead_id = old.lead_id AND source = old.activity_key;
END""",
)
