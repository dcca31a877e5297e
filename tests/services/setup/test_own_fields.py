"""Fields of the account's own are proposed by what leads have in them, never guessed."""

from __future__ import annotations

import tomllib

import pytest

from sdrdesk.config import CrmSettings
from sdrdesk.services.setup.own_fields import crm_text, own_fields
from sdrdesk.sync.port import FieldUse

STANDARD = {
    "phone": ("text", 0), "mobilephone": ("text", 0), "hs_lead_status": ("choice", 0),
    "hs_persona": ("choice", 0), "hubspot_owner_id": ("choice", 0),
    "recent_conversion_date": ("date", 0),
}  # fmt: skip


def uses(**own: tuple[str, str, int]) -> list[FieldUse]:
    """Return the standard fields, empty unless named, and others: label, kind, filled of 100."""
    rows = {name: (name, kind, filled) for name, (kind, filled) in STANDARD.items()} | own
    return [
        FieldUse(name, label, kind, filled, 100) for name, (label, kind, filled) in rows.items()
    ]


def test_one_filled_field_of_the_right_kind_stands_in_for_an_empty_one() -> None:
    found = own_fields(
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
    found = own_fields(uses(**own), numbers)
    assert (found.fields, found.open) == ({}, {})


def test_of_several_fields_a_person_chooses() -> None:
    found = own_fields(
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
        "numbers": ["tel_a", "tel_b"],
        "status": ["stufe", "phase"],
    }
    decided = found.chosen("numbers", "tel_b").chosen("status", "phase")
    assert decided.fields == {"numbers": ("phone", "mobilephone", "tel_b"), "status": ("phase",)}
    assert decided.open == {}
