from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.scripting.conversion import Situation, conversion_kind, situation_of

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Pricing: Request a demo", "demo_request"),  # the form outranks the page
        ("See us in action: Request a demo", "demo_request"),
        ("Demo anfordern", "demo_request"),
        ("Request a demo", "demo_request"),
        ("Start free: Free trial sign-up", "trial"),
        ("Pricing: Pricing enquiry", "pricing"),
        ("Enterprise plan: Get a quote", "pricing"),
        ("Contact us: Contact sales", "contact_sales"),
        ("E-book: The overtime iceberg: E-book download", "content_download"),
        ("Us and the spreadsheet, compared: Comparison guide", "content_download"),
        ("The Monday plan: Newsletter", "content_download"),
        ("Pricing guide", "content_download"),
        ("Webinar: What the night shift knows: Webinar registration", "webinar"),
        ("Live webinar: our demo: Register", "webinar"),
        ("Home: Form 7", "any"),
        ("", "any"),
        ("[/x] {{ 7*7 }}", "any"),
    ],
)
def test_the_form_name_decides_the_situation(text: str, kind: str) -> None:
    assert conversion_kind(text) == kind


def test_a_second_download_is_a_return_but_a_second_request_is_a_request() -> None:
    lead = Lead(
        "1",
        converted_on="E-book: X: Download",
        converted_at=NOW,
        first_converted_at=NOW - timedelta(days=40),
        conversions=2,
    )
    assert situation_of(lead) is Situation.RECONVERSION
    asked = replace(lead, converted_on="Pricing: Request a demo")
    assert situation_of(asked) is Situation.DEMO_REQUEST
    assert situation_of(asked, no_show=True) is Situation.NO_SHOW


def test_two_forms_in_one_visit_are_not_a_return() -> None:
    lead = Lead(
        "1",
        converted_on="Guide",
        converted_at=NOW,
        first_converted_at=NOW - timedelta(minutes=4),
        conversions=2,
    )
    assert situation_of(lead) is Situation.CONTENT_DOWNLOAD


def test_the_count_decides_without_times() -> None:
    assert situation_of(Lead("1", conversions=2)) is Situation.RECONVERSION
    assert situation_of(Lead("1", conversions=1)) is Situation.ANY
