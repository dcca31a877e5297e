"""Which country to assume, and what it would bring."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.rulebook import Rulebook
from sdrdesk.screens.shell import lead_text
from sdrdesk.services.desk.call_session import CallSession
from sdrdesk.services.desk.json import lead_json, queue_row_json
from sdrdesk.services.desk.text import lead_words
from sdrdesk.services.setup.default_country import countries_gained
from sdrdesk.services.sync.rederive import RulesUpdate
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CompanyRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put

NOWHERE = {"country": "", "state": "", "region": "", "region_state": "", "mobile": "", "zone": ""}


def fill(db: Database) -> None:
    put(
        db,
        CompanyRow(company_id="9", country="France"),
        lead_row("1", **NOWHERE | {"phone": "087 555 0142", "email": "a@a.ie"}, e164=""),
        lead_row("2", **NOWHERE | {"phone": "01 555 0142", "email": "b@b.example"}, e164=""),
        lead_row("3", **NOWHERE | {"phone": "020 7946 0018", "email": "c@c.example"}, e164=""),
        lead_row("4", **NOWHERE | {"phone": "no number", "email": "d@d.ie"}, e164=""),
        lead_row("5", **NOWHERE | {"phone": "+44 20 7946 0018", "region": "GB"}),
        lead_row("6", **NOWHERE | {"phone": "087 555 0142", "country": "Ireland", "region": "IE"}),
        lead_row("7", **NOWHERE | {"phone": "087 555 0142"}, company_id="9", e164=""),
        lead_row("8", **NOWHERE | {"phone": "087 555 0142"}, archived=True, e164=""),
    )


def test_each_likely_country_is_told_with_what_it_would_bring(db: Database) -> None:
    fill(db)
    gains = countries_gained(db, "Europe/Dublin")
    assert [(g.country, g.name, g.leads, g.known) for g in gains[:2]] == [
        ("IE", "Ireland", 2, 1),
        ("GB", "United Kingdom", 1, 1),
    ]
    assert len(countries_gained(db, most=1)) == 1


def test_where_nothing_is_stuck_nothing_is_offered(db: Database) -> None:
    put(db, lead_row("5", **NOWHERE | {"phone": "+44 20 7946 0018"}))
    assert countries_gained(db, "Europe/Dublin") == ()


def test_setting_it_works_the_leads_out_again_and_says_so(
    db: Database, tmp_path: Path, make_desk: MakeDesk
) -> None:
    fill(db)
    home = tmp_path / "rules"
    RulesUpdate(db, Rulebook(home), lambda: NOW).run(lambda done, total: None)
    update = RulesUpdate(db, Rulebook(home, "IE"), lambda: NOW)
    assert update.due
    update.run(lambda done, total: None)
    with db.reader() as connection:
        found = dict(connection.execute("SELECT lead_id, e164 FROM lead").fetchall())
    assert (found["1"], found["2"], found["7"]) == ("+353875550142", "+35315550142", "")
    # An assumption is no evidence for itself.
    assert countries_gained(db, "Europe/Dublin")[0][2:] == (2, 1)


def test_an_assumed_country_and_an_extension_are_in_sight_everywhere(
    db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    put(db, lead_row("1", **NOWHERE | {"phone": "01 555 0142 x12"}, owner_id="7", e164=""))
    RulesUpdate(db, Rulebook(tmp_path / "rules", "IE"), lambda: NOW).run(lambda *_: None)
    desk = make_desk(default_country="IE")
    view = desk.leads.view("1")
    told = lead_json(view)
    assert (told["phone"], told["extension"]) == ("+35315550142", "12")
    assert told["phone_assumed_country"] == "IE"
    assert told["time_zone_note"] == "by number (IE assumed) only"
    assert told["numbers"] == [
        {
            "number": "+35315550142",
            "display": "+353 1 555 0142 ext. 12",
            "kind": "fixed",
            "held": "",
            "extension": "12",
            "assumed_country": "IE",
        }
    ]
    assert "Phone: +353 1 555 0142 ext. 12 (fixed, country IE assumed)" in list(
        lead_words(view, ZoneInfo("UTC"))
    )
    assert lead_text.number_line(view).plain == (
        "fixed +353 1 555 0142 ext. 12 ✓ ! country IE assumed"
    )
    (row,) = desk.queue.rows(desk.queue.working(), 0, 5)
    assert queue_row_json(row)["extension"] == "12"
    assert lead_text.lead_line(row, NOW).phone == "+35315550142 x12"
    session = CallSession(desk)
    session.take(session.open("1"))
    assert (session.number, session.number_text) == ("+35315550142", "+353 1 555 0142 ext. 12")
    assert session.dial_text == "+35315550142,,12"


def test_a_number_is_held_whatever_its_extension(
    db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    put(db, lead_row("1", phone="01 555 0142 x12", country="Ireland", owner_id="7", e164=""))
    RulesUpdate(db, Rulebook(tmp_path / "rules"), lambda: NOW).run(lambda *_: None)
    desk = make_desk()
    typed = "+353 1 555 0142 ext. 12"
    desk.outcome.record("1", Entry("wrong_number", NOW - timedelta(seconds=5), number=typed))
    assert [n.held for n in desk.leads.view("1").numbers] == ["wrong_number"]
    assert [b.rule for b in desk.queue.why("1").blocked_by] == ["no_usable_number"]
