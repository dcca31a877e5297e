"""A lead is judged as it stood when it converted, whatever was changed later."""

from __future__ import annotations

from datetime import UTC, datetime

from sdrdesk.domain.crm.records import RemoteCompany, RemoteLead
from sdrdesk.domain.lead.enrichment import Derived
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import mirror
from sdrdesk.store.mirror.lead_then import as_they_stood
from sdrdesk.store.mirror.leads import get_lead

THEN = to_ms(datetime(2026, 11, 20, tzinfo=UTC))


def put(db: Database, *leads: RemoteLead, company: RemoteCompany | None = None) -> None:
    with db.writer() as connection:
        if company:
            mirror.put_companies(connection, [company])
        mirror.put_leads(
            connection,
            leads,
            derive=lambda _: Derived(),
            shown=lambda _, __, mine, ___: mine,
            personas={},
            now_ms=THEN,
        )


def stood(db: Database, lead_id: str = "1") -> Lead:
    lead = get_lead(db, lead_id)
    assert lead is not None
    return as_they_stood(db, [lead])[lead_id]


def test_an_edit_after_the_conversion_is_taken_back(db: Database) -> None:
    first = RemoteLead("1", converted_ms=THEN, job_title="CTO", properties='{"utm":"ads"}')
    put(db, first)
    assert stood(db).job_title == "CTO"
    put(db, first._replace(job_title="Do not bother", properties="", crm_score=7))
    put(db, first._replace(job_title="Again another"))
    assert (stood(db).job_title, stood(db).properties) == ("CTO", '{"utm":"ads"}')
    assert stood(db).crm_score is None
    now = get_lead(db, "1")
    assert now is not None
    assert now.job_title == "Again another"


def test_a_new_conversion_begins_anew(db: Database) -> None:
    first = RemoteLead("1", converted_ms=THEN, job_title="Student")
    put(db, first)
    put(db, first._replace(converted_ms=THEN + 1000, job_title="CTO"))
    assert stood(db).job_title == "CTO"
    put(db, first._replace(converted_ms=THEN + 1000, job_title="CFO"))
    assert stood(db).job_title == "CTO"


def test_what_is_no_reason_for_fit_keeps_nothing(db: Database) -> None:
    first = RemoteLead("1", converted_ms=THEN, status="NEW")
    put(db, first)
    put(db, first._replace(status="CONNECTED", lifecycle="opportunity", page_views=9))
    with db.reader() as connection:
        assert connection.execute("SELECT count(*) FROM lead_then").fetchone() == (0,)


def test_the_company_stands_as_it_stood(db: Database) -> None:
    office = RemoteCompany("9", industry="INTERNET", employees=40, properties='{"tier":"1"}')
    put(db, RemoteLead("1", converted_ms=THEN, company_id="9"), company=office)
    with db.writer() as connection:
        grown = RemoteCompany("9", industry="AUTOMOTIVE", employees=4000)
        mirror.put_companies(connection, [grown])
    company = stood(db).company
    assert company is not None
    assert (company.industry, company.employees) == ("INTERNET", 40)
    assert company.properties == '{"tier":"1"}'
    # The call found out where they really work.
    put(db, RemoteLead("1", converted_ms=THEN, company_id=""))
    company = stood(db).company
    assert company is not None
    assert company.industry == "INTERNET"
