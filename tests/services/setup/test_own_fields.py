"""Fields of the account's own are proposed by what leads have in them, never guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

import pytest

from sdrdesk.config import CrmSettings
from sdrdesk.services.setup.own_fields import OwnFields, crm_text, own_fields
from sdrdesk.sync.field_use import FieldUse
from sdrdesk.sync.hubspot.own_names import STANDARD_FIELDS

STANDARD = {
    "phone": ("text", 0), "mobilephone": ("text", 0), "hs_lead_status": ("choice", 0),
    "hs_persona": ("choice", 0), "hubspot_owner_id": ("choice", 0),
    "recent_conversion_date": ("date", 0), "hubspotscore": ("number", 0),
    "company:numberofemployees": ("number", 0),
}  # fmt: skip


Row = tuple[str, str, int]


def uses(companies: dict[str, Row] | None = None, /, **own: Row) -> list[FieldUse]:
    """Return the standard fields, empty unless named, and others: label, kind, filled of 100."""
    rows = {name: (name, kind, filled) for name, (kind, filled) in STANDARD.items()} | own
    rows |= {f"company:{name}": row for name, row in (companies or {}).items()}
    return [
        FieldUse(name, label, kind, filled, 100) for name, (label, kind, filled) in rows.items()
    ]


def proposed(found: list[FieldUse], numbers: list[str], marks: Sequence[str] = ()) -> OwnFields:
    return own_fields(found, STANDARD_FIELDS, numbers, marks)


def test_one_filled_field_of_the_right_kind_stands_in_for_an_empty_one() -> None:
    found = proposed(
        uses(
            durchwahl=("Durchwahl", "text", 80),
            sdr_status=("SDR-Status", "choice", 60),
            rolle=("Rolle im Einkauf", "choice", 40),
            letzte_anfrage=("Letzte Anfrage", "date", 90),
            geburtstag=("Geburtstag", "date", 90),
            branche=("Branche", "choice", 90),
            betreuer=("Betreuer", "choice", 70),
        ),
        ["durchwahl"],
    )
    assert found.fields == {
        "numbers": ("durchwahl", "phone", "mobilephone"),
        "status": ("sdr_status",),
        "persona": ("rolle",),
        "conversion_date": ("letzte_anfrage",),
        "owner": ("betreuer",),
    }
    assert found.open == {}
    text = crm_text(found, CrmSettings(do_not_call='sperre="ja"', default_country="DE"))
    said = tomllib.loads(text)
    assert said["do_not_call"] == 'sperre="ja"'
    assert said["fields"]["numbers"] == ["durchwahl", "phone", "mobilephone"]
    assert said["fields"]["status"] == "sdr_status"


@pytest.mark.parametrize(
    ("own", "numbers"),
    [
        ({"sdr_status": ("SDR status", "text", 60)}, []),  # no choice
        ({"sdr_status": ("SDR status", "choice", 4)}, []),  # hardly used
        ({"hs_lead_status": ("Lead status", "choice", 3), "b": ("Status", "choice", 60)}, []),
        ({"hs_form_date": ("Form", "date", 60)}, []),  # HubSpot's own
        ({"phone": ("Phone", "text", 90), "fax2": ("Tel. 2", "text", 3)}, ["fax2"]),
    ],
)
def test_nothing_is_proposed_where_the_standard_serves_or_nothing_is_sure(
    own: dict[str, tuple[str, str, int]], numbers: list[str]
) -> None:
    found = proposed(uses(**own), numbers)
    assert (found.fields, found.open) == ({}, {})


def test_of_several_fields_a_person_chooses() -> None:
    found = proposed(
        uses(
            phone=("Phone", "text", 85),
            tel_a=("Tel A", "text", 60),
            tel_b=("Tel B", "text", 30),
            stufe=("Stufe", "choice", 50),
            phase=("Phase", "choice", 50),
        ),
        ["tel_a", "tel_b"],
    )
    assert found.fields == {}
    assert {key: [use.name for use in some] for key, some in found.open.items()} == {
        "numbers": ["phone", "tel_a", "tel_b"],
        "status": ["stufe", "phase"],
    }
    decided = found.chosen("numbers", "tel_b", "phone", "tel_a").chosen("status", "phase")
    assert decided.fields == {
        "numbers": ("tel_b", "phone", "tel_a", "mobilephone"),
        "status": ("phase",),
    }
    assert decided.open == {}


def test_each_of_several_needs_is_asked_for_and_a_register_is_no_status() -> None:
    rows = uses(
        {
            "mitarbeiter": ("Mitarbeiter", "number", 80),
            "dipendenti": ("Dipendenti", "number", 50),
            "staff": ("Staff", "text", 90),  # no number
            "umsatz": ("Jahresumsatz", "number", 90),
        },
        lead_score=("Lead score", "number", 70),
        fit_score=("Fit score", "number", 60),
        employees=("Employees", "number", 60),  # of contacts
        tps_status=("TPS status", "choice", 90),
        stand=("ステータス", "choice", 90),
    )
    found = proposed(rows, [], ["tps_status"])
    assert found.fields == {"status": ("stand",)}
    assert {key: [use.name for use in some] for key, some in found.open.items()} == {
        "score": ["lead_score", "fit_score"],
        "employees": ["company:mitarbeiter", "company:dipendenti"],
    }
    decided = found.chosen("score", "fit_score").chosen("employees", "company:dipendenti")
    fields = tomllib.loads(crm_text(decided, CrmSettings()))["fields"]
    assert (fields["score"], fields["employees"]) == ("fit_score", "company:dipendenti")
