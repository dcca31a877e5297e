"""Homes of any size, written straight into the database: a sync would take hours."""

from __future__ import annotations

import random
import time
from pathlib import Path

from bench.homes import ALWAYS_OPEN
from sdrdesk.rulebook import Rulebook
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import set_state
from sdrdesk.store.tables import LeadRow

ME = "70001"
OWNER = "rita@harbourline.example"
_PLACES = (
    ("America/New_York", "US", "NY"), ("America/Chicago", "US", "IL"),
    ("America/Los_Angeles", "US", "CA"), ("America/Toronto", "CA", "ON"),
    ("Europe/London", "GB", ""), ("Europe/Dublin", "IE", ""), ("Europe/Berlin", "DE", ""),
    ("Europe/Madrid", "ES", ""), ("Asia/Tokyo", "JP", ""), ("Australia/Sydney", "AU", "NSW"),
)  # fmt: skip
_STATUS = ("NEW", "NEW", "", "OPEN", "ATTEMPTED_TO_CONTACT", "IN_PROGRESS", "UNQUALIFIED")
_STAGES = ("lead", "lead", "marketingqualifiedlead", "subscriber", "customer")
_CHUNK = 20_000
_DAY_MS = 86_400_000


def big_home(folder: Path, leads: int) -> Path:
    """Return a home with ``leads`` leads of one rep and some of others, made once."""
    home = folder / f"big-{leads}"
    if home.exists():
        return home
    home.mkdir(mode=0o700)
    # Closed in the last minute of the day: the end of a window that never closes is searched long.
    hours = ALWAYS_OPEN.replace("24:00", "23:59")
    (home / "windows.toml").write_text(hours, encoding="utf-8")
    with Database.open(home / "sdrdesk.db") as db, db.writer() as connection:
        # The search index is not measured with these homes.
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "INSERT INTO owner (owner_id, user_id, email, name, archived) VALUES (?, '', ?, ?, 0)",
            (ME, OWNER, "Rita"),
        )
        _fill(connection, leads)
        # As after a sync with the present rules, so that nothing is re-scored.
        set_state(connection, "derived.rules", Rulebook(home).fingerprint, 0)
    return home


def _fill(connection: Connection, leads: int) -> None:
    dice = random.Random(7)
    now_ms = int(time.time() * 1000)
    plain = LeadRow(lead_id="1").model_dump()
    sql = f"INSERT INTO lead ({', '.join(plain)}) VALUES ({', '.join(f':{n}' for n in plain)})"
    for start in range(0, leads, _CHUNK):
        numbers = range(start, min(leads, start + _CHUNK))
        connection.executemany(sql, [{**plain, **_lead(n, dice, now_ms)} for n in numbers])


def _lead(number: int, dice: random.Random, now_ms: int) -> dict[str, object]:
    zone, region, state = _PLACES[number % len(_PLACES)]
    # Evenly over 400 days: 250 a day at 100,000.
    age_ms = int(dice.random() * 400 * _DAY_MS)
    called = dice.random() < 0.3
    return {
        "lead_id": str(1_000_000 + number),
        "first_name": "Ada",
        "last_name": f"Lovelace{number:07}",
        "email": f"ada{number}@engines.example",
        "owner_id": ME if dice.random() < 0.8 else "70002",
        "status": dice.choice(_STATUS),
        "lifecycle": dice.choice(_STAGES),
        "phone": f"+4989{5_000_000 + number}",
        "e164": f"+4989{5_000_000 + number}",
        "zone": zone,
        "region": region,
        "region_state": state,
        "company_id": str(number % max(1, number // 8 + 1)),
        "company_text": "Engines Ltd",
        "job_title": "Head of Operations",
        "converted_on": "Pricing page",
        "converted_ms": None if dice.random() < 0.05 else now_ms - age_ms,
        "first_converted_ms": now_ms - age_ms,
        "conversions": dice.choice((1, 1, 1, 2, 3)),
        "page_views": dice.choice((0, 0, 1, 2, 4, 8, 15)),
        "fit": min(100, max(0, round(dice.gauss(55, 18)))),
        "attempts": dice.choice((1, 2, 3)) if called else 0,
        "last_attempt_ms": now_ms - age_ms // 2 if called else None,
        "last_attempt_by": ME if called else "",
    }
