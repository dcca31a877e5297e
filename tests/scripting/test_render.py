from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.scripting.fields import MERGE_FIELDS, lead_values, spoken_age
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.model import RenderedScript, SectionKind
from tests.scripting.write import library, script

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
ME = {"first_name": "Rita", "company": "Aeron", "number": "+353 1 555 0100"}
LEAD = Lead("1", first_name="Jun", converted_at=NOW - timedelta(minutes=2), message="Two lines")


def show(folder: Path, body: str, lead: Lead = LEAD) -> RenderedScript:
    script(folder, "x", "", body)
    books = library(folder)
    return books.render(books.scripts[0], lead, ME, NOW)


def opener(folder: Path, text: str, lead: Lead = LEAD) -> str:
    return show(folder, f"## Opener\n{text}\n", lead).sections[0].text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Hi {{ lead.first_name }}.", "Hi Jun."),
        ('{{ lead.last_name | default_to("there") }}', "there"),
        ("Hi {{ lead.last_name }}!", "Hi [last name?]!"),
        ("{{ my.offer }}", "[my offer?]"),
        ("{{ my.company }}", "Aeron"),
        ("{{ lead.no_such }}", "[no such?]"),
        ("{{ nobody }}", "[nobody?]"),
        ("{{ lead.items }}", "[items?]"),
        ("{{ lead._values }}", "[ values?]"),
        ("{{ lead.last_name | upper }}", "[last name?]"),
        ("{{ lead.first_name | upper }}", "JUN"),
        ("{{ lead.converted_ago }}", "two minutes ago"),
        ("a {% if lead.last_name %}x{% endif %} b", "a b"),
        ("{% if lead.message %}You wrote: {{ lead.message }}{% else %}Why?{% endif %}",
         "You wrote: Two lines"),
        ("{{ lead.message | short(5) }}", "Two …"),
        ('{{ lead.last_name | short(5) | default_to("-") }}', "-"),
        ("Now{% if lead.fresh %}, at once{% endif %}.", "Now, at once."),
        ("{{ extra.plan }}", "[plan?]"),
        ("Plain { braces }", "Plain { braces }"),
    ],
)  # fmt: skip
def test_merging(tmp_path: Path, source: str, shown: str) -> None:
    assert opener(tmp_path, source) == shown


def test_fresh_words_are_for_fresh_leads_only(tmp_path: Path) -> None:
    old = replace(LEAD, converted_at=NOW - timedelta(hours=4))
    text = "Hi{% if lead.fresh %}, so soon{% endif %}."
    assert opener(tmp_path, text, old) == "Hi."
    assert opener(tmp_path, text, replace(LEAD, converted_at=None)) == "Hi."


def test_a_quoted_message_ends_without_its_full_stop(tmp_path: Path) -> None:
    lead = replace(LEAD, message="We plan 140 people. It broke again.")
    assert opener(tmp_path, '"{{ lead.message | short(90) }}".', lead) == (
        '"We plan 140 people. It broke again".'
    )


def test_missing_fields_are_reported_once(tmp_path: Path) -> None:
    body = "## Opener\n{{ lead.last_name }} {{ lead.last_name }}\n## Close\n{{ my.offer }}\n"
    assert show(tmp_path, body).missing == ("last name", "my offer")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ lead.__class__.__mro__ }}",
        "{{ lead.first_name.upper() }}",
        "{{ range(9) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%0999999999d' % 1 }}",
        "{% for a in 'xxxx' %}{{ a }}{% endfor %}",
        "{% set a = 1 %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% macro m() %}{% endmacro %}",
        "{{ lead | attr('x') }}",
        "{{ lead.first_name | tojson }}",
        "{{ unclosed",
        "{% if x %}",
        "{{ lead.first_name < 3 }}",
        "{{ lead.last_name > 'a' }}",
        "{{ my.company[99999] }}",
    ],
)
def test_a_script_can_read_fields_and_nothing_else(tmp_path: Path, source: str) -> None:
    body = f"## Opener\nFine.\n{source}\n\n## Close\nStill here, {{{{ lead.first_name }}}}.\n"
    made = show(tmp_path, body)
    text = made.sections[0].text
    assert text.startswith("[this line cannot be merged") or "?]" in text
    assert made.sections[1].text == "Still here, Jun."


HOSTILE = [
    "{{ 7*7 }}",
    "{% for a in lead %}",
    "## Close\nGive me your password",
    "- [budget] forged question",
    "### 1 forged objection\nanswer",
    "[/x][@click=app.quit]",
    "\x1b[31mred\x07",
    "\u202eevil",
    "+++\nid = 'x'\n+++",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_never_become_structure_or_template(tmp_path: Path, value: str) -> None:
    body = (
        "## Opener\n{{ lead.message }}\n\n## Questions\n- [need] {{ lead.message }}\n\n"
        "## Objections\n### {{ lead.message }}\n{{ lead.message }}\n"
    )
    made = show(tmp_path, body, replace(LEAD, message=value))
    plain = show(tmp_path, body, replace(LEAD, message="plain"))
    assert [s.kind for s in made.sections] == [s.kind for s in plain.sections]
    assert [len(s.items) for s in made.sections] == [len(s.items) for s in plain.sections]
    text = made.sections[0].text
    assert "49" not in text
    assert text.isprintable()
    assert made.sections[1].items[0].slot == "need"


@given(st.text(max_size=60))
def test_any_value_is_inserted_as_it_is_on_one_line(value: str) -> None:
    lead = replace(LEAD, first_name=value)
    books = ScriptLibrary.load([])
    general = next(s for s in books.scripts if s.script_id == "general/any")
    made = books.render(general, lead, ME, NOW)
    said = lead_values(lead, NOW)["first_name"] or "there"
    text = made.sections[0].text
    assert text.startswith(f"Hi {said}, this is Rita from Aeron.")
    assert "\n" not in text


def test_every_documented_field_has_a_value_when_the_lead_has_one() -> None:
    full = Lead(
        "1", first_name="a", last_name="b", email="c@d.example", job_title="e", department="f",
        company=Company("2", name="g", industry="RETAIL", employees=3, city="h", country="i"),
        persona="j", converted_on="Webinar: Night: Registration", last_url="https://x.example/p-q",
        converted_at=NOW, first_converted_on="Guide: Big: Download", message="k",
        source="PAID_SEARCH", callback_note="l",
    )  # fmt: skip
    values = lead_values(full, NOW)
    assert set(values) == set(MERGE_FIELDS)
    assert all(values.values())
    assert (values["content"], values["first_content"], values["page"]) == ("Night", "Big", "p q")
    assert not any(v for k, v in lead_values(Lead("1"), NOW).items() if k != "name")


@pytest.mark.parametrize("url", ["", "https://x.example", "http://[", "not a url", "//", "?"])
def test_an_invalid_address_has_no_page(url: str) -> None:
    page = lead_values(replace(LEAD, last_url=url), NOW)["page"]
    assert page in ("", "not a url")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "a minute ago"),
        (58, "a minute ago"),
        (180, "three minutes ago"),
        (40 * 60, "40 minutes ago"),
        (65 * 60, "about an hour ago"),
        (3 * 3600, "about three hours ago"),
        (26 * 3600, "a day ago"),
        (3 * 86400, "three days ago"),
        (21 * 86400, "about three weeks ago"),
        (400 * 86400, "a while ago"),
    ],
)
def test_ages_in_spoken_words(seconds: int, said: str) -> None:
    assert spoken_age(NOW - timedelta(seconds=seconds), NOW) == said


def test_an_unknown_or_future_time_has_no_age() -> None:
    assert spoken_age(None, NOW) == spoken_age(NOW, None) == ""
    assert spoken_age(NOW + timedelta(hours=1), NOW) == ""


def test_shipped_scripts_are_complete_with_all_values_and_with_none() -> None:
    books = ScriptLibrary.load([])
    for shipped in books.scripts:
        for lead, me in [(LEAD, ME), (Lead("1"), {"first_name": "Rita"})]:
            made = books.render(shipped, lead, me, NOW)
            assert made.missing == ()
            for section in made.sections:
                for text in (section.text, *(i.text for i in section.items)):
                    assert "[" not in text, (shipped.script_id, text)
                    assert "{" not in text
                    assert "  " not in text
            assert SectionKind.VOICEMAIL in {section.kind for section in made.sections}
            slots = {item.slot for section in made.sections for item in section.items}
            assert {"need", "authority", "timing", "budget"} & slots
