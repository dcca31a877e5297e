"""Leads to draw: a dozen believable ones, hostile ones, and any number of plain ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sdrdesk.domain.lead.lead import Company, Lead

NOW = datetime(2026, 11, 19, 14, 5, tzinfo=UTC)
"""A Thursday afternoon in Dublin."""

_NORTHWIND = Company(
    "c1", "Northwind Foods", industry="FOOD_PRODUCTION", employees=1200, city="Cork"
)
_KESTREL = Company("c2", "Kestrel Robotics", industry="ROBOTICS", employees=240, city="Dublin")
_HAFEN = Company("c3", "Hafen Logistik", industry="LOGISTICS", employees=90, city="Hamburg")
_SAROVAR = Company("c4", "Sarovar Health", industry="HEALTH", employees=410, city="Leeds")


def _lead(
    lead_id: str,
    name: str,
    title: str,
    company: Company | str,
    ago: timedelta,
    on: str,
    fit: int,
    phone: str,
    zone: str = "Europe/Dublin",
    **more: object,
) -> Lead:
    first, _, last = name.partition(" ")
    at = NOW - ago
    company_of = company if isinstance(company, Company) else None
    return Lead(
        lead_id=lead_id,
        first_name=first,
        last_name=last,
        job_title=title,
        company=company_of,
        company_text=company if isinstance(company, str) else "",
        converted_at=at,
        converted_on=on,
        fit=fit,
        phone=phone,
        time_zone=zone,
        status="NEW",
        lifecycle="lead",
        email=f"{first.lower()}@example.com",
        conversions=1,
        first_converted_at=at,
        first_converted_on=on,
        **more,  # type: ignore[arg-type] # test data, checked by use
    )


def believable() -> list[Lead]:
    """Return twelve leads, as a rep would find them on a Thursday afternoon."""
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    return [
        _lead(
            "101",
            "Ada Okafor",
            "Head of Supply",
            _NORTHWIND,
            30 * hour,
            "Pricing page",
            74,
            "+353 1 555 0101",
            callback_at=NOW - 2 * minute,
            attempts=2,
            callback_note="callback she asked for",
            persona="Operations Leader",
            persona_reason="title",
        ),
        _lead(
            "102",
            "Jun Watanabe",
            "CTO",
            _KESTREL,
            timedelta(seconds=58),
            "Request a demo",
            86,
            "+353 87 555 0142",
            persona="Technical Builder",
            persona_reason="title",
            message="Need to replace our arm controllers before March",
            page_views=14,
            last_url="/pricing",
            source="Organic search",
        ),
        _lead(
            "103",
            "Lena Fischer",
            "VP Operations",
            _HAFEN,
            timedelta(seconds=252),
            "Pricing page",
            71,
            "+49 40 555 0103",
            "Europe/Berlin",
            persona="Operations Leader",
            persona_reason="title",
            page_views=6,
        ),
        _lead(
            "104",
            "Tom Byrne",
            "Owner",
            "Byrne & Sons",
            22 * minute,
            "Webinar: fewer stops",
            64,
            "+353 61 555 0104",
            persona="Owner-Founder",
            persona_reason="title",
        ),
        _lead(
            "105",
            "Priya Nair",
            "COO",
            _SAROVAR,
            107 * minute,
            "E-book: audit readiness",
            78,
            "+44 113 555 0105",
            "Europe/London",
            persona="Operations Leader",
            persona_reason="set in the CRM",
            page_views=9,
        ),
        _lead(
            "106",
            "Marco Bianchi",
            "Plant Manager",
            "Officine Bianchi",
            6 * hour,
            "Request a demo",
            91,
            "+39 02 5550 0106",
            "Europe/Rome",
            attempts=1,
            last_attempt_at=NOW - 3 * hour,
            persona="Operations Leader",
            persona_reason="title",
        ),
        _lead(
            "107",
            "Sofia Lindqvist",
            "Head of IT",
            "Norrsken AB",
            29 * hour,
            "Newsletter",
            55,
            "+46 8 555 0107",
            "Europe/Stockholm",
        ),
        _lead(
            "108",
            "Hélène Dubois",
            "Directrice financière",
            "Ateliers Dubois",
            2 * day,
            "Contact sales",
            69,
            "+33 1 55 55 01 08",
            "Europe/Paris",
            persona="Economic Buyer",
            persona_reason="title",
        ),
        _lead(
            "109",
            "José Álvarez",
            "Founder",
            "Álvarez Envases",
            3 * day,
            "Trial sign-up",
            58,
            "+34 91 555 0109",
            "Europe/Madrid",
        ),
        _lead(
            "110",
            "Kate Murphy",
            "Robotics Lead",
            _KESTREL,
            5 * day,
            "Webinar: fewer stops",
            62,
            "+353 87 555 0110",
            attempts=3,
            last_attempt_at=NOW - day,
        ),
        _lead(
            "111",
            "Dev Patel",
            "HR Director",
            "Patel & Co",
            11 * day,
            "E-book: hiring",
            40,
            "+44 20 7946 0111",
            "Europe/London",
            persona="People Leader",
            persona_reason="title",
        ),
        _lead(
            "112",
            "Anna Kowalska",
            "Buyer",
            "Kowalska",
            hour,
            "Pricing page",
            66,
            "+48 22 555 0112",
            "",
        ),
    ]


def hostile() -> list[Lead]:
    """Return leads whose text tries to break the screen."""
    hour = timedelta(hours=1)
    return [
        _lead(
            "901",
            "[red]Bobby[/red] [@click=app.quit]Tables[/]",
            "[/x] CEO",
            "Acme [/x] Inc",
            hour,
            "[bold]Form[",
            50,
            "+353 1 555 0901",
            message="[/] $(rm -rf) {{ 7*7 }} [link=",
        ),
        _lead(
            "902",
            "محمد الأحمد",
            "مدير تقنية المعلومات",
            "شركة الاتصالات",
            hour,
            "طلب عرض",
            50,
            "+353 1 555 0902",
        ),
        _lead(
            "903",
            "渡辺純一郎左衛門尉源義経 王小明",
            "最高技術責任者",
            "株式会社ケストレル・ロボティクス東京支社",
            hour,
            "デモのお申し込みフォーム",
            50,
            "+353 1 555 0903",
        ),
        _lead(
            "904",
            "X" * 300,
            "Y" * 300,
            "Z" * 300,
            hour,
            "W" * 300,
            50,
            "+353 1 555 0904",
            message="lorem ipsum " * 400,
        ),
        _lead("905", "👩‍👩‍👧‍👦 Family 🏳️‍🌈", "é́́́́́́", "Z̸̢̛a̷l̵g̶o̴", hour, "🎉" * 40, 50, "+353 1 555 0905"),
        _lead("906", "", "", "", hour, "", 0, "call me maybe 12"),
    ]


def plain(count: int) -> list[Lead]:
    """Return ``count`` leads without any charm, newest first."""
    return [
        _lead(
            str(1_000 + n),
            f"Lead {n}",
            "Manager",
            f"Company {n % 97}",
            timedelta(minutes=n + 1),
            "Webinar",
            40 + n % 50,
            f"+353 1 {5_550_000 + n}",
        )
        for n in range(count)
    ]
