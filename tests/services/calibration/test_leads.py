"""Points learned from an account's own leads, and the report of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel

from sdrdesk.rulebook import Rulebook
from sdrdesk.services.reports.fit_calibration import calibrate_leads
from sdrdesk.services.reports.reader import FitRules, Reader
from sdrdesk.services.reports.registry import make_report
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from tests.store.filling import NOW, call_row, lead_row, put

LEADS = 700


def account(db: Database) -> None:
    """Fill in leads of which those that came by a partner meet, and calls empty the campaign."""
    chance = random.Random(3)
    rows: list[SQLModel] = []
    for number in range(LEADS):
        at = NOW - timedelta(days=200) + timedelta(hours=6 * number)
        partner = chance.random() < 0.4
        met = chance.random() < (0.45 if partner else 0.1)
        lead_id = str(1000 + number)
        came = "partner" if partner else "search"
        rows.append(
            lead_row(
                lead_id,
                converted_ms=to_ms(at),
                industry="",
                properties=f'{{"came_by":"{came}"}}',
                archived=False,
            )
        )
        rows.append(
            call_row(
                lead_id,
                at + timedelta(hours=1),
                activity_key=f"a-{lead_id}",
                disposition="meeting_set" if met else "not_interested",
                duration_s=200,
            )
        )
    put(db, *rows)
    with db.writer() as connection:  # what a rep wrote into the field after the call
        connection.execute("UPDATE lead SET properties = '' WHERE lead_id < '1350'")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    book = Rulebook(Path("none"))
    with Database.open(tmp_path_factory.mktemp("fit") / "desk.db") as db:
        account(db)
        yield Reader(
            db,
            book.dispositions,
            book.sla.in_zone("UTC"),
            ZoneInfo("UTC"),
            lambda: NOW,
            fit=lambda: FitRules(book.fit, 0.04),
        )


def test_a_property_of_the_account_teaches_as_it_stood_at_the_conversion(reader: Reader) -> None:
    found = calibrate_leads(reader, reader.fit().config, 0.04).found
    assert found.refused is None
    assert found.rows > 600
    taught = {(one.feature, one.level.texts): one.points for one in found.learned}
    assert taught["property:came_by", ("partner",)] > taught.get(
        ("property:came_by", ("search",)), 0
    )
    held = next(f for f in found.features if f.name == "property:came_by")
    assert not any(level.missing for level in held.levels), "an edit after the call was taught"


def test_the_report_says_what_became_of_each_band(reader: Reader) -> None:
    today = NOW.date()
    made = make_report(reader, "fit", today, today)
    present = made.json["present"]
    assert isinstance(present, list)
    assert sum(band["leads"] for band in present) == made.json["rows"]
    assert sum(band["won"] for band in present) == made.json["positives"]
    assert [table.title for table in made.sheet.tables][2] == "Points that outcomes teach"
    (picture,) = made.pictures
    assert len(picture.labels) == len(picture.series[0].values)
