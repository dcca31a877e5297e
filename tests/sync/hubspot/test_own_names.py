"""An account that keeps numbers and statuses in properties of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sdrdesk.crm_file import CrmFile, read_crm_file
from sdrdesk.sync.hubspot import mapping
from sdrdesk.sync.hubspot.changes import changed_since
from sdrdesk.sync.hubspot.own_names import OWNER, OwnNames
from sdrdesk.sync.hubspot.payloads import Record, Records
from sdrdesk.toml_file import TomlFileError

SAID = """
qualified_stage = "opportunity"
[fields]
numbers = ["direct_dial", "phone", "assistant"]
status = "sdr_status"
conversion_date = "last_form_at"
"""


def own(folder: Path, text: str = SAID) -> OwnNames:
    (folder / "crm.toml").write_text(text, encoding="utf-8")
    return OwnNames.of(read_crm_file([folder]).tables)


def lead(names: OwnNames, **properties: str) -> tuple[str, str, str, int | None]:
    record = Record.model_validate({"id": "7", "properties": properties})
    found = mapping.to_lead(record, None, names)
    return found.phone, found.mobile, found.status, found.converted_ms


def test_numbers_come_in_the_teams_order_and_each_once(tmp_path: Path) -> None:
    names = own(tmp_path)
    assert lead(names, phone="1", direct_dial="2", mobilephone="3")[:2] == ("2", "1")
    assert lead(names, phone="1", direct_dial="1", assistant="4")[:2] == ("1", "4")
    assert lead(names, mobilephone="3")[:2] == ("", "")
    assert lead(OwnNames(), phone="1", mobilephone="3")[:2] == ("1", "3")


def test_status_and_conversion_are_read_where_the_team_keeps_them(tmp_path: Path) -> None:
    names = own(tmp_path)
    given = {"hs_lead_status": "NEW", "sdr_status": "hot", "last_form_at": "2026-11-01T00:00:01Z"}
    assert lead(names, **given)[2:] == ("hot", 1_793_491_201_000)
    assert set(names.more()) < set(mapping.lead_properties(None, names))
    assert mapping.lead_properties(None) == mapping.lead_properties(None, OwnNames())


def test_score_and_employees_are_read_where_the_team_keeps_them(tmp_path: Path) -> None:
    names = own(tmp_path, "[fields]\nscore = 'fit_score'\nemployees = 'company:headcount'\n")
    given = {"hubspotscore": "5", "fit_score": "71.5"}
    record = Record.model_validate({"id": "7", "properties": given})
    assert mapping.to_lead(record, None, names).crm_score == 71
    assert mapping.to_lead(record, None, OwnNames()).crm_score == 5
    given = {"numberofemployees": "5", "headcount": "2000000"}
    record = Record.model_validate({"id": "8", "properties": given})
    assert mapping.to_company(record, names).employees == 2_000_000
    assert mapping.to_company(record).employees == 5
    assert "headcount" in mapping.company_properties(names)
    assert "headcount" not in mapping.lead_properties(None, names)
    # No number is told, never guessed: a thousand with a point, a comma for the fraction.
    record = Record.model_validate({"id": "8", "properties": {"headcount": "1.000,50"}})
    odd = mapping.to_company(record, names)
    assert odd.employees is None
    assert [one.field for one in odd.left_out] == ["headcount"]


def test_the_owner_is_read_searched_and_written_where_the_team_keeps_it(tmp_path: Path) -> None:
    names = own(tmp_path, "[fields]\nowner = 'sdr_owner'\n")
    record = {"id": "7", "properties": {"hubspot_owner_id": "1", "sdr_owner": "2"}}
    assert mapping.to_lead(Record.model_validate(record), None, names).owner_id == "2"
    assert mapping.fields_out({"owner_id": "3"}, None, names) == {"sdr_owner": "3"}
    asked: list[dict[str, object]] = []

    def search(body: dict[str, object]) -> Records:
        asked.append(body)
        return Records(results=[])

    owned = (names.property_of(OWNER), "2")
    assert list(changed_since(search, "lastmodifieddate", 0, owned)) == []
    assert {"propertyName": "sdr_owner", "operator": "EQ", "value": "2"} in _filters(asked[0])


def _filters(body: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = body["filterGroups"][0]["filters"]
    return found


def test_changes_go_where_they_are_read(tmp_path: Path) -> None:
    names = own(tmp_path)
    changes = {"status": "won", "phone": "5", "mobile": "6", "lifecycle": "lead"}
    assert mapping.fields_out(changes, None, names) == {
        "sdr_status": "won",
        "direct_dial": "5",
        "phone": "6",
        "lifecyclestage": "lead",
    }
    assert mapping.property_of("status", None, names) == "sdr_status"
    assert mapping.property_of("time_zone", None, names) == "hs_timezone"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[fields]\nnumber = ['x']\n", "number"),
        ("[fields]\nnumbers = []\n", "must name properties"),
        ("[fields]\nstatus = 'a b'\n", "must name properties"),
        ("[fields]\nnumbers = 'x'\n", "list"),
        ("[fields]\nemployees = 'headcount'\n", "such as company:seats"),
        ("default_country = 'XX'\n", "unknown country"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TomlFileError, match=said) as caught:
        own(tmp_path, text)
    assert "crm.toml, line" in str(caught.value)


def test_a_team_without_the_file_says_nothing(tmp_path: Path) -> None:
    assert read_crm_file([tmp_path]) == CrmFile()
    assert OwnNames.of({}).more() == ()
