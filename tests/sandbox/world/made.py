"""Worlds made once for the tests of this folder, and functions to read them."""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache

from sdrdesk.sandbox.account.records import Record, World
from sdrdesk.sandbox.world import generate
from sdrdesk.sandbox.world.data.hostile_text import LONG, SHORT

NOW_MS = int(datetime(2026, 11, 19, 14, 5, 30, tzinfo=UTC).timestamp() * 1000)
"""A Thursday afternoon in Dublin, a morning in Boston."""
HOUR_MS = 3_600_000


@cache
def world(leads: int, seed: int = 7, hostile: float = 2.0, now_ms: int = NOW_MS) -> World:
    return generate(seed, leads, now_ms, hostile)


@cache
def records(
    leads: int, seed: int = 7, hostile: float = 2.0, now_ms: int = NOW_MS
) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in world(leads, seed, hostile, now_ms).records:
        found.setdefault(record.type, []).append(record)
    return found


def ms_of(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def fingerprint(made: World) -> str:
    """Return a hash of every byte of a world, in its own order."""
    digest = hashlib.sha256()

    def feed(value: object) -> None:
        digest.update(json.dumps(value, ensure_ascii=True).encode())

    feed([made.account, made.owners, made.default_owner_email, made.property_changes])
    feed([made.forms, made.submissions, made.lists])
    for record in made.records:
        feed(asdict(record))
    for link in made.links:
        feed(asdict(link))
    return digest.hexdigest()


_HOSTILE = frozenset(text for _, text in (*SHORT, *LONG))


def is_hostile(text: str) -> bool:
    """Return whether a value is one of the hostile texts (in bodies as sanitised)."""
    plain = html.unescape(text[3:-4]) if text.startswith("<p>") else text
    return text in _HOSTILE or plain in _HOSTILE
