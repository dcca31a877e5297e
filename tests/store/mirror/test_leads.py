"""One lead whole, and the people around it."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import company_colleagues, get_lead, possible_duplicates
from sdrdesk.store.tables import AliasRow, CompanyRow, LeadDeskRow, LeadRow, OwnerRow
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, put


def test_every_field_of_a_lead_comes_from_its_row(db: Database) -> None:
    """Each column holds its own name, each moment its own minute: no two can be mixed up."""
    row: dict[str, object] = {}
    for number, (name, column) in enumerate(LeadRow.model_fields.items()):
        kind = column.annotation
        if name.endswith("_ms"):
            row[name] = NOW_MS + number * 60_000
        elif kind is str:
            row[name] = f"the {name}"
        elif kind is bool:
            row[name] = True
        else:
            row[name] = 100 + number
    row["lead_id"], row["company_id"] = "501", "9"
    desk = LeadDeskRow(lead_id="501", next_due_ms=1000, callback_ms=2000, callback_note="note")
    put(db, LeadRow.model_validate(row), CompanyRow(company_id="9", name="Initech"), desk)
    lead = get_lead(db, "501")
    assert lead is not None
    own = {"company", "extra", "rep_time_zone", "next_due_at", "callback_at", "callback_note"}
    for name in {field.name for field in fields(Lead)} - own:
        source = name.removesuffix("_at") + "_ms" if name.endswith("_at") else name
        value = getattr(lead, name)
        got = round(value.timestamp() * 1000) if name.endswith("_at") else value
        assert (name, got) == (name, row[source])
    assert lead.company == Company("9", name="Initech")
    assert lead.extra == {"persona_value": "the persona_value"}
    assert [at.timestamp() for at in (lead.next_due_at, lead.callback_at) if at] == [1.0, 2.0]
    assert lead.callback_note == "note"


def test_every_field_of_a_company_comes_from_its_row(db: Database) -> None:
    company = Company(
        "9", "Initech", "initech.example", "SOFTWARE", 70, "US", "TX", "Austin",
        "America/Chicago", "+15125550100",
    )  # fmt: skip
    row = CompanyRow(**{field.name: getattr(company, field.name) for field in fields(Company)})
    put(db, row, lead_row(company_id="9"))
    lead = get_lead(db, "501")
    assert lead is not None
    assert lead.company == company


def test_a_lead_without_anything_is_all_unknown(db: Database) -> None:
    put(db, LeadRow(lead_id="1"))
    assert get_lead(db, "1") == Lead("1", extra={"persona_value": ""})
    assert get_lead(db, "2") is None


def test_the_zone_a_rep_settled_wins(db: Database) -> None:
    put(db, lead_row(), LeadDeskRow(lead_id="501", rep_time_zone="Europe/Paris"))
    lead = get_lead(db, "501")
    assert lead is not None
    assert (lead.zone, lead.rep_time_zone) == ("Europe/Paris", "Europe/Paris")


def test_a_merged_lead_is_found_by_every_old_id(db: Database) -> None:
    put(db, lead_row(), AliasRow(old_id="1", lead_id="2"), AliasRow(old_id="2", lead_id="501"))
    assert [lead.lead_id for old in ("1", "2", "501") if (lead := get_lead(db, old))] == ["501"] * 3


def test_aliases_in_a_circle_end(db: Database) -> None:
    put(db, AliasRow(old_id="1", lead_id="2"), AliasRow(old_id="2", lead_id="1"))
    assert get_lead(db, "1") is None


def test_colleagues_come_with_who_called_them_last(db: Database) -> None:
    put(
        db,
        OwnerRow(owner_id="8", name="Sam"),
        lead_row(company_id="9"),
        lead_row("502", company_id="9", first_name="Bo", last_name="", job_title="CFO"),
        lead_row("503", company_id="9", first_name="", last_name="", email=""),
        lead_row("504", company_id="10"),
        lead_row("505", company_id="9", archived=True),
        call_row("502", NOW - timedelta(days=3), owner_id="8", outcome_label="Busy"),
        call_row("502", NOW - timedelta(days=1), owner_id="8", disposition="left_voicemail"),
        call_row("502", NOW, undone_ms=1),
        call_row("502", NOW, kind="note"),
    )
    first, second = company_colleagues(db, "501")
    assert (first.lead_id, first.name, first.title) == ("502", "Bo", "CFO")
    assert first.last_call_at == NOW - timedelta(days=1)
    assert (first.last_call_by, first.last_outcome) == ("Sam", "left_voicemail")
    assert (second.lead_id, second.name, second.last_call_at) == ("503", "lead 503", None)
    assert company_colleagues(db, "504") == []


def test_leads_of_no_company_are_not_colleagues(db: Database) -> None:
    put(db, lead_row(), lead_row("502"))
    assert company_colleagues(db, "501") == []


def test_possible_duplicates_share_a_number_or_an_address(db: Database) -> None:
    put(
        db,
        lead_row(email="ada@engines.example"),
        lead_row("502", email="ada@engines.example", first_name="A."),
        lead_row("503", email="ada@engines.example", e164="", company_text="Engines Ltd"),
        lead_row("504", email="", e164="+4930901820"),
        lead_row("505", email="", e164=""),
        lead_row("506", archived=True),
    )
    found = {d.lead_id: (d.same, d.company) for d in possible_duplicates(db, "501")}
    assert found == {"502": ("phone", ""), "503": ("e-mail", "Engines Ltd")}
    assert possible_duplicates(db, "505") == []


def test_the_same_name_in_one_company_may_be_a_duplicate(db: Database) -> None:
    put(
        db,
        lead_row(company_id="1", e164="", first_name="Ada", last_name="King"),
        lead_row("502", company_id="1", e164="", first_name="ADA", last_name="king"),
        lead_row("503", company_id="1", e164="", first_name="Ada", last_name="Byron"),
        lead_row("504", company_id="2", e164="", first_name="Ada", last_name="King"),
        lead_row("505", company_id="", e164="", first_name="Ada", last_name="King"),
    )
    assert [(d.lead_id, d.same) for d in possible_duplicates(db, "501")] == [("502", "name")]
    assert possible_duplicates(db, "505") == []


def test_people_of_a_second_record_of_the_company_may_be_duplicates(db: Database) -> None:
    put(
        db,
        CompanyRow(company_id="1", name="Engines", domain="engines.example"),
        CompanyRow(company_id="2", name="Engines Ltd", domain="engines.example"),
        CompanyRow(company_id="3", name="Looms", domain="looms.example"),
        CompanyRow(company_id="4", name="No domain"),
        lead_row(company_id="1", e164="", email="ada@engines.example"),
        lead_row("502", company_id="1", e164="", email="b@engines.example", last_name="Byron"),
        lead_row("503", company_id="2", e164="", email="c@engines.example"),
        lead_row("504", company_id="3", e164="", email="d@looms.example"),
        lead_row("505", company_id="4", e164="", email=""),
        lead_row("506", e164="", email="Eve@Looms.example"),
    )
    found = {i: [d.lead_id for d in possible_duplicates(db, i)] for i in ("501", "505", "506")}
    assert found == {"501": ["503"], "505": [], "506": ["504"]}
