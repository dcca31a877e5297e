"""Search over names, companies, e-mail addresses, numbers and notes."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import display_name, resolve
from sdrdesk.store.queue.find_index import refresh_find
from sdrdesk.store.queue.number_ways import number_ways

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 8
"""A pasted page must not become a huge query."""
_RANKED_FROM = 3
"""From this many characters on the best match comes first. Shorter prefixes match half the
account, and ranking that many costs too much."""
_SLACK = 4
"""Texts fetched per lead wanted: a lead with several matching notes fills several."""
_COLUMNS = ("name", "company", "e-mail", "phone", "note")

_LEAD = (
    "l.lead_id, l.first_name, l.last_name, l.email,"
    " coalesce(nullif(c.name, ''), l.company_text),"
    " coalesce(nullif(l.e164, ''), nullif(l.phone, ''), l.mobile)"
)


@dataclass(frozen=True, slots=True)
class LeadHit:
    """A found lead."""

    lead_id: str
    name: str
    company: str
    phone: str
    """E.164 when known, else as typed."""
    email: str
    matched: str
    """``"name"``, ``"company"``, ``"e-mail"``, ``"phone"``, ``"note"`` or ``"id"``."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search for FTS5."""

    query: str
    words: tuple[str, ...]
    """Words that identify the matching column."""
    ranked: bool


def find_leads(db: Database, text: str, limit: int = 20) -> list[LeadHit]:
    """Return the leads with a text in which every word of ``text`` begins a word, best first.

    Case and accents do not matter. A number may be any part of one (from three digits on), in
    any format, national or international. The text is never read as a query.
    """
    asked = _asked(text)
    if asked is None:
        return []
    # On a read-only or locked disk the search goes on without the newest texts.
    with suppress(StorageError):
        refresh_find(db)
    with db.reader() as connection:
        found = _by_id(connection, text.strip()) + _by_words(connection, asked, limit)
    hits: dict[str, LeadHit] = {}
    for hit in found:
        hits.setdefault(hit.lead_id, hit)
    return list(hits.values())[:limit]


def _by_words(connection: Connection, asked: _Asked, limit: int) -> list[LeadHit]:
    order = "ORDER BY rank" if asked.ranked else ""
    place = {
        doc: at
        for at, (doc,) in enumerate(
            connection.execute(
                f"SELECT rowid FROM lead_fts WHERE lead_fts MATCH ? {order} LIMIT ?",  # noqa: S608
                (asked.query, limit * _SLACK),
            )
        )
    }
    if not place:
        return []
    rows = connection.execute(
        f"SELECT {_LEAD}, d.doc, f.name, f.company, f.email, f.phone, f.note"  # noqa: S608
        # CROSS fixes the order: from the few texts found to their leads.
        " FROM find_doc d CROSS JOIN lead_fts f ON f.rowid = d.doc"
        " CROSS JOIN lead l ON l.lead_id = d.lead_id AND l.archived = 0"
        " LEFT JOIN company c ON c.company_id = l.company_id"
        " LEFT JOIN activity a ON a.activity_key = d.source"
        f" WHERE a.undone_ms IS NULL AND d.doc IN ({', '.join('?' * len(place))})",
        list(place),
    ).fetchall()
    rows.sort(key=lambda row: place[row[6]])
    return [_hit(row[:6], _where(asked.words, row[7:])) for row in rows]


def _by_id(connection: Connection, text: str) -> list[LeadHit]:
    rows = connection.execute(
        f"SELECT {_LEAD} FROM lead l"  # noqa: S608
        " LEFT JOIN company c ON c.company_id = l.company_id"
        " WHERE l.lead_id = ? AND l.archived = 0",
        (resolve(connection, text),),
    ).fetchall()
    return [_hit(row, "id") for row in rows]


def _hit(row: tuple[str, ...], matched: str) -> LeadHit:
    lead, first, last, email, company, phone = row
    return LeadHit(lead, display_name(first, last, email, lead), company, phone, email, matched)


def _asked(text: str) -> _Asked | None:
    """Return the search: the digits of a number as one word, else every word."""
    text = unicodedata.normalize("NFC", text).replace("\0", " ")
    if ways := number_ways(text):
        return _Asked(" OR ".join(map(_quoted, ways)), ways, ranked=True)
    words = [word for word in text.split() if _WORD.search(word)][:_MAX_WORDS]
    if not words:
        return None
    ranked = min(map(len, words)) >= _RANKED_FROM
    return _Asked(" ".join(map(_quoted, words)), tuple(words[:1]), ranked)


def _quoted(word: str) -> str:
    """Return a term for "begins with": quoted, so that AND, * or a column's name stays a word."""
    return '"' + word.replace('"', " ") + '"*'


def _where(words: tuple[str, ...], texts: tuple[str, ...]) -> str:
    """Return the first column in which one of ``words`` is found."""
    starts = [_WORD.findall(_fold(word)) for word in words]
    for column, text in zip(_COLUMNS, texts, strict=True):
        there = _WORD.findall(_fold(text))
        for parts in starts:
            if all(any(word.startswith(part) for word in there) for part in parts):
                return column
    return "note"


def _fold(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text)
    return "".join(ch for ch in flat if not unicodedata.combining(ch)).casefold()
