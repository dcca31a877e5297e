"""Type-to-find."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.find import find_leads
from sdrdesk.store.queue.find_index import refresh_find
from sdrdesk.store.record.outcomes import record, undo
from sdrdesk.store.tables import AliasRow, CompanyRow
from tests.store.filling import NOW, call_row, lead_row, plan, put


@pytest.fixture
def people(db: Database) -> Database:
    put(
        db,
        CompanyRow(company_id="9", name="Société Générale d'Électricité"),
        lead_row(first_name="Zoë", last_name="Müller", company_id="9", message="Quote for Dublin?"),
        lead_row(
            "502", first_name="Bo", last_name="Ek", email="bo.ek@north-wind.example",
            e164="+353875550142", e164_more="+35318765432", phone="087 555 0142",
            company_text="North Wind",
        ),
        lead_row("503", first_name="Old", last_name="Gone", archived=True),
        lead_row("504", first_name="Raw", last_name="Number", e164="", phone="(020) 7946-0018 x3"),
        call_row("502", activity_key="a-9", note="wants the migration guide"),
    )  # fmt: skip
    return db


def found(db: Database, text: str) -> list[tuple[str, str]]:
    return [(hit.lead_id, hit.matched) for hit in find_leads(db, text)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("zoe", [("501", "name")]),
        ("ZOË mül", [("501", "name")]),
        ("mu", [("501", "name")]),
        ("electricite", [("501", "company")]),
        ("north", [("502", "company")]),
        ("bo.ek@north-wind.example", [("502", "e-mail")]),
        ("+353 87 555 0142", [("502", "phone")]),
        ("0875550142", [("502", "phone")]),
        ("555 01", [("501", "phone"), ("502", "phone")]),
        ("8765 432", [("502", "phone")]),
        ("7946-0018", []),  # what cannot be dialled is found from its first digit only
        ("0142", [("502", "phone")]),
        ("50142", [("502", "phone")]),
        ("432", [("502", "phone")]),
        ("tel:+353-87-555-0142", [("502", "phone")]),
        ("00353 (0)87 5550142", [("502", "phone")]),
        ("011 353 87 555 0142", [("502", "phone")]),
        ("087 555 0142 ext. 12", [("502", "phone")]),
        ("٠٨٧ ٥٥٥ ٠١٤٢", [("502", "phone")]),
        ("42 01", []),
        ("020 7946", [("504", "phone")]),
        ("dublin", [("501", "note")]),
        ("migr gui", [("502", "note")]),
        ("502", [("502", "id")]),
        ("gone", []),
        ("nobody", []),
        ("", []),
        ("  ?! ", []),
    ],
)
def test_what_is_typed_finds_whom(people: Database, text: str, hits: list[tuple[str, str]]) -> None:
    assert sorted(found(people, text)) == sorted(hits)


def test_a_hit_says_whom_to_call(people: Database) -> None:
    (hit,) = find_leads(people, "bo ek")
    assert (hit.name, hit.company, hit.phone) == ("Bo Ek", "North Wind", "+353875550142")
    assert hit.email == "bo.ek@north-wind.example"


def test_a_merged_id_finds_the_survivor(people: Database) -> None:
    put(people, AliasRow(old_id="77", lead_id="502"))
    assert found(people, "77") == [("502", "id")]


def test_a_lead_is_listed_once_and_no_more_than_asked_for(db: Database) -> None:
    notes = [call_row(note=f"budget talk {n}") for n in range(30)]
    put(db, *(lead_row(str(n), last_name="Budget") for n in range(500, 540)), *notes)
    hits = find_leads(db, "budget", limit=15)
    assert len(hits) == len({hit.lead_id for hit in hits}) == 15


def test_changes_are_found_at_once_and_old_words_no_more(people: Database) -> None:
    assert found(people, "zoe")
    with people.writer() as connection:
        connection.execute("UPDATE lead SET first_name = 'Chloé' WHERE lead_id = '501'")
        connection.execute("UPDATE company SET name = 'Initech' WHERE company_id = '9'")
        connection.execute("UPDATE activity SET note = 'asked again' WHERE activity_key = 'a-9'")
    assert (found(people, "zoe"), found(people, "chloe")) == ([], [("501", "name")])
    assert (found(people, "generale"), found(people, "initech")) == ([], [("501", "company")])
    assert (found(people, "migration"), found(people, "again")) == ([], [("502", "note")])
    with people.writer() as connection:
        connection.execute("UPDATE activity SET lead_id = '501' WHERE activity_key = 'a-9'")
    assert found(people, "again") == [("501", "note")]
    with people.writer() as connection:
        connection.execute("DELETE FROM activity WHERE activity_key = 'a-9'")
        connection.execute("DELETE FROM lead WHERE lead_id = '501'")
    assert (found(people, "again"), found(people, "chloe")) == ([], [])
    with people.reader() as connection:
        for table in ("find_stale", "find_doc"):
            query = f"SELECT count(*) FROM {table} WHERE lead_id = '501'"
            assert connection.execute(query).fetchone() == (0,)


def test_a_lead_written_over_is_indexed_once(people: Database) -> None:
    with people.writer() as connection:
        connection.execute("INSERT OR REPLACE INTO lead SELECT * FROM lead WHERE lead_id = '501'")
    assert found(people, "zoe") == [("501", "name")]
    with people.reader() as connection:
        connection.execute("SELECT count(*) FROM lead_fts WHERE lead_fts MATCH 'zoe'")


def test_a_note_taken_back_is_not_found(people: Database) -> None:
    record(people, plan(note="secret handshake"))
    assert found(people, "handshake") == [("501", "note")]
    undo(people, "a-1", NOW)
    assert found(people, "handshake") == []


def test_refreshing_is_done_once_per_change(people: Database) -> None:
    assert refresh_find(people) == 5
    assert refresh_find(people) == 0


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60) | st.sampled_from(['"', 'a" OR *', "NEAR(", "name:x", "^b", "-"]))
def test_whatever_is_typed_is_only_looked_for(people: Database, text: str) -> None:
    for hit in find_leads(people, text):
        assert hit.lead_id in {"501", "502", "504"}
