"""Mapping between HubSpot's properties and ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.crm.foreign_values import ForeignRecord
from sdrdesk.domain.crm.intents import CallIntent
from sdrdesk.sync.hubspot import mapping
from sdrdesk.sync.hubspot.activity_mapping import split_marker, to_activity
from sdrdesk.sync.hubspot.create_bodies import properties_of
from sdrdesk.sync.hubspot.mapping import DoNotCall
from sdrdesk.sync.hubspot.payloads import PropertyDefinition, Record
from sdrdesk.sync.port import CreateItem, KeyMode
from sdrdesk.sync.richtext import LIMIT, to_html, to_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T09:30:00Z", 1_795_253_400_000),
        ("2026-11-21T09:30:00.5Z", 1_795_253_400_500),
        ("2026-11-21T09:30:00.123Z", 1_795_253_400_123),
        ("1795253400123", 1_795_253_400_123),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_moments(value: str | None, expected: int | None) -> None:
    assert mapping.time_ms(value) == expected


@given(st.text(alphabet=st.characters(exclude_characters="<&"), max_size=40))
def test_one_paragraph_reads_as_any_html(text: str) -> None:
    assert to_text(f"<p>{text}</p>") == to_text(f"<p>{text}</p><i></i>")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        ("12.9", 12),
        ("1.2E3", 1200),
        ("-3", -3),
        ("", None),
        ("many", None),
        ("1e999", None),
    ],
)
def test_numbers(value: str, expected: int | None) -> None:
    assert ForeignRecord("call", "1", {"n": value}).whole("n", least=-10) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("america_slash_new_york", "America/New_York"),
        ("Europe/Dublin", "Europe/Dublin"),
        ("us_slash_eastern", "US/Eastern"),
        ("mars_slash_olympus", ""),
        ("", ""),
    ],
)
def test_zones(value: str, expected: str) -> None:
    assert mapping.zone_in(value) == expected
    if "_slash_" in value and expected:
        assert mapping.zone_out(expected) == value


@pytest.mark.parametrize(
    ("configured", "value", "says"),
    [
        ("dnc", "true", True),
        ("dnc", "false", False),
        ("dnc", "", False),
        ("dnc", None, False),
        ("dnc", "Requested", True),
        ("contact_rule=no_calls", "no_calls", True),
        ("contact_rule=no_calls", "mail;no_calls", True),
        ("contact_rule=no_calls", "true", False),
    ],
)
def test_the_accounts_own_mark_not_to_call(configured: str, value: str | None, says: bool) -> None:
    chosen = DoNotCall.parse(configured)
    assert chosen is not None
    assert chosen.says(value) is says
    assert chosen.says(chosen.write(on=True))
    assert not chosen.says(chosen.write(on=False))


def test_no_mark_configured() -> None:
    assert DoNotCall.parse(None) is DoNotCall.parse(" ") is None
    with pytest.raises(KeyError):
        mapping.fields_out({"do_not_call": "true"}, None)
    record = Record.model_validate({"id": 512, "properties": {"dnc": "true"}})
    assert mapping.to_lead(record, None).do_not_call is False


def test_a_contact_full_of_surprises() -> None:
    properties = {
        "firstname": "Ada\u202e\x1b[2J",
        "lastname": None,
        "jobtitle": "Head\r\nof\tSales",
        "associatedcompanyid": "88",
        "num_conversion_events": "3.0",
        "recent_conversion_date": "2026-11-21T09:30:00.5Z",
        "hs_merged_object_ids": "1;2",
        "message": "line one\r\nline two",
        "hs_timezone": "europe_slash_dublin",
        "website": "ada.example",
    }
    record = Record.model_validate({"id": "9007199254740993", "properties": properties})
    lead = mapping.to_lead(record, None)
    assert (lead.first_name, lead.last_name, lead.job_title) == ("Ada[2J", "", "Head of Sales")
    assert lead.lead_id == "9007199254740993"
    assert lead.merged_ids == ("1", "2")
    assert lead.message == "line one\nline two"
    assert lead.website == "ada.example"
    assert (lead.conversions, lead.company_id, lead.time_zone) == (3, "88", "Europe/Dublin")


def test_options_keep_the_accounts_own_order() -> None:
    definition = PropertyDefinition.model_validate(
        {
            "name": "lifecyclestage",
            "options": [
                {"value": "late", "label": "Late", "displayOrder": 7},
                {"value": "unordered", "label": "", "description": "By description"},
                {"value": "early", "label": "Early", "displayOrder": 0, "hidden": True},
                {"value": "last", "label": "", "displayOrder": -1},
            ],
        }
    )
    found = mapping.to_options("lifecycle", definition)
    assert [(o.value, o.label, o.position) for o in found] == [
        ("early", "Early", 0),
        ("late", "Late", 1),
        ("unordered", "By description", 2),
        ("last", "last", 3),
    ]


@given(st.text())
def test_whatever_was_typed_never_becomes_markup_and_keeps_its_reference(text: str) -> None:
    html = to_html(text, "[ref sdrdesk 7f3a-1b2c]")
    assert "<script" not in html.lower()
    assert html.count("<") == html.count("<p>") + html.count("</p>") + html.count("<br>")
    back, key = split_marker(to_text(html))
    assert key == "7f3a-1b2c"
    assert "".join(back.split()) == "".join(to_text(to_html(text)).split())


def test_a_long_note_is_cut_and_its_reference_is_not() -> None:
    html = to_html("&" * LIMIT, "[ref sdrdesk 12345678]")
    assert len(html) <= LIMIT
    assert split_marker(to_text(html))[1] == "12345678"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one &amp; two<br>three</p><p>four</p>", "one & two\nthree\n\nfour"),
        ("<div>a</div><script>alert(1)</script><style>x</style>b", "a\nb"),
        ("plain &lt;b&gt;", "plain <b>"),
        ("<ul><li>x</li><li>y</li></ul>", "x\n\ny"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<div>\n <p>\n <span>Call</span> done\n <i>: ring</i>\n </p>\n</div>", "Call done : ring"),
        ("two\nlines with a <b>tag</b>", "two\nlines with a tag"),
        ("", ""),
        (None, ""),
    ],
)
def test_bodies_become_text(html: str | None, text: str) -> None:
    assert to_text(html) == text


WRONG, CONNECTED = "17b47fee-58de-441e-a44c-c6300d46f273", "f240bbac-87c9-4f6e-bf70-924b57d47db7"


@pytest.mark.parametrize(
    ("status", "outcome", "works"),
    [
        ("FAILED", "", "no"),
        ("FAILED", CONNECTED, "no"),
        ("COMPLETED", WRONG, "no"),
        ("COMPLETED", CONNECTED, "yes"),
        ("COMPLETED", "", ""),
        ("NO_ANSWER", "73a0d17f-1163-4015-bdd5-ec830791da20", ""),
        ("", "the team's own", ""),
    ],
)
def test_what_a_call_says_about_its_number(status: str, outcome: str, works: str) -> None:
    record = Record(id="1", properties={"hs_call_status": status, "hs_call_disposition": outcome})
    assert to_activity("call", record, ("7",)).number_works == works


@pytest.mark.parametrize(("failed", "status"), [(True, "FAILED"), (False, "NO_ANSWER")])
def test_a_dead_line_is_a_failed_call(failed: bool, status: str) -> None:
    intent = CallIntent(
        at="2026-11-20T10:00:00Z", title="", note="", outcome_label="No answer", duration_s=0,
        number="+353875550142", owner_id="7", connected=False,
    )  # fmt: skip
    if failed:
        intent["number_failed"] = True
    made = properties_of(CreateItem("call", "k", "7", "", intent, KeyMode.MARKER))
    assert made["hs_call_status"] == status


@pytest.mark.parametrize(
    ("status", "not_made"),
    [
        ("COMPLETED", ""), ("NO_ANSWER", ""), ("BUSY", ""), ("IN_PROGRESS", ""), ("RINGING", ""),
        ("SOMETHING_NEW", ""), ("QUEUED", "queued"), ("CALLING_CRM_USER", "queued"),
        ("SCHEDULED", "scheduled"), ("FAILED", "failed"), ("CANCELED", "canceled"),
        ("Cancelled", "canceled"), ("missed", "missed"), (None, ""),
    ],
)  # fmt: skip
def test_a_call_that_never_took_place_is_known_by_its_status(
    status: str | None, not_made: str
) -> None:
    record = Record(id="9", properties={"hs_call_status": status})
    assert to_activity("call", record, ("7",)).not_made == not_made


def test_a_failed_call_with_a_recorded_outcome_was_dialled() -> None:
    ours = {"hs_call_status": "FAILED", "sdrdesk_key": "0c7a3d52-7a51-4e0d-8a0c-7c1d8b1f2a10"}
    marked = {
        "hs_call_status": "FAILED",
        "hs_call_body": "dead line [ref sdrdesk 0c7a3d52-7a51-4e0d-8a0c-7c1d8b1f2a10]",
    }
    for properties in (ours, marked):
        found = to_activity("call", Record(id="9", properties=properties), ("7",))
        assert (found.not_made, found.number_works) == ("", "no")


def test_the_length_of_a_call_is_cut_and_never_rounded_up() -> None:
    def seconds(ms: str) -> int:
        record = Record(id="9", properties={"hs_call_duration": ms})
        return to_activity("call", record, ("7",)).duration_s

    assert [seconds(ms) for ms in ("59900", "59999", "60000", "999", "93600000")] == [
        59, 59, 60, 0, 93_600,
    ]  # fmt: skip


def test_a_meeting_says_when_it_was_made_and_what_became_of_it() -> None:
    made = {
        "hs_createdate": "2026-11-03T09:00:00Z",
        "hs_meeting_start_time": "2026-11-09T10:00:00Z",
    }
    record = Record(id="9", properties={**made, "hs_meeting_outcome": "CANCELED"})
    found = to_activity("meeting", record, ("7",))
    assert (found.created_ms, found.result) == (1_793_696_400_000, "canceled")
