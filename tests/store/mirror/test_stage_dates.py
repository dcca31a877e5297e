"""When leads entered their stages, as the CRM last told it."""

from __future__ import annotations

from pathlib import Path

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.stage_dates import put_stage_dates, stage_dates


def test_the_last_word_of_the_crm_counts_and_other_values_stay(tmp_path: Path) -> None:
    with Database.open(tmp_path / "sdrdesk.db") as db:
        with db.writer() as connection:
            connection.execute("INSERT INTO lead_base VALUES ('1', 'status', 'NEW', 5)")
            put_stage_dates(connection, {"1": (("lead", 10), ("opportunity", 90)), "2": ()}, ())
        assert stage_dates(db, ["1", "2", "3"]) == {"1": {"lead": 10, "opportunity": 90}}
        with db.writer() as connection:
            put_stage_dates(connection, {"1": (("lead", 20),)}, {"1"})
            said = connection.execute("SELECT value FROM lead_base WHERE field = 'status'")
            assert said.fetchall() == [("NEW",)]
        assert stage_dates(db, ["1"]) == {"1": {"lead": 20}}


def test_a_lead_of_the_crm_brings_its_dates() -> None:
    from sdrdesk.sync.hubspot.mapping import lead_properties, to_lead
    from sdrdesk.sync.hubspot.payloads import Record

    names = lead_properties(None)
    assert "hs_lifecyclestage_marketingqualifiedlead_date" in names
    record = Record.model_validate(
        {
            "id": "7",
            "createdAt": "2026-11-01T00:00:00Z",
            "updatedAt": "2026-11-01T00:00:00Z",
            "properties": {
                "hs_lifecyclestage_lead_date": "2026-11-02T08:00:00Z",
                "hs_lifecyclestage_customer_date": "",
                "hs_lifecyclestage_opportunity_date": "not a date",
            },
        }
    )
    lead = to_lead(record, None)
    assert isinstance(lead, RemoteLead)
    assert lead.stages == (("lead", 1_793_606_400_000),)
