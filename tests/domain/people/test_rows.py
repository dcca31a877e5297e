"""What the rows of a file mean, whoever filled them in."""

from __future__ import annotations

import pytest

from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.people.columns import Choices, place_columns
from sdrdesk.domain.people.rows import People, read_people


def read(headings: str, *rows: str, **options: str) -> People:
    cells = [row.split("|") for row in rows]
    columns = place_columns(headings.split("|"), cells, Choices())
    return read_people(columns, list(enumerate(cells, 2)), **options)


def one(headings: str, row: str, **options: str) -> NewLead:
    people = read(headings, row, **options)
    assert people.problems == ()
    return people.rows[0].lead


@pytest.mark.parametrize(
    "word",
    ["null", "N/A", "None", "-", "#N/A", "n.a.", "undefined", "NaN", "(blank)", "k.A.", "NA", "nil",
     "Unknown", "TBD", "not available", "(not set)", "*"],
)  # fmt: skip
def test_an_empty_value_is_empty_in_every_field(word: str) -> None:
    lead = one("Email|First name|Company|Phone", f"a@example.com|{word}|{word}|{word}")
    assert lead.values == {}
    assert one("Email|Name", f"a@example.com|{word}").values == {}


def test_two_empty_words_are_no_name() -> None:
    assert one("Email|Name", "a@example.com|None None").values == {}


def test_a_person_called_null_keeps_the_name() -> None:
    lead = one("Email|First name|Last name", "a@example.com|Ida|Null")
    assert lead.values == {"first_name": "Ida", "last_name": "Null"}
    assert one("Email|First name|Last name", "a@example.com|Null|Null").values == {}
    assert one("Email|First name|Last name", "a@example.com|Ida|null").values == {
        "first_name": "Ida"
    }


@pytest.mark.parametrize(
    ("cell", "marked"),
    [
        ("1", True), ("yes", True), ("TRUE", True), ("x", True), ("Ja", True), ("oui", True),
        ("sí", True), ("✓", True), ("Opted out", True), ("do not call", True),
        ("", False), ("0", False), ("no", False), ("Nein", False), ("false", False), ("N/A", False),
    ],
)  # fmt: skip
def test_the_answers_of_consent_cells(cell: str, marked: bool) -> None:
    assert one("Email|Do Not Call", f"a@example.com|{cell}").do_not_call is marked


def test_a_consent_that_is_not_understood_leaves_the_row_out() -> None:
    people = read("Email|Do Not Call", "a@example.com|maybe", "b@example.com|")
    assert people.problems == ((2, 'Do Not Call says "maybe", neither yes nor no'),)
    assert [row.lead.email for row in people.rows] == ["b@example.com"]


def test_the_account_s_own_value_means_yes() -> None:
    assert one("Email|DNC", "a@example.com|Sales", own_value="sales").do_not_call


def test_people_who_may_not_be_called_are_marked() -> None:
    assert one("Email|Call opt-in", "a@example.com|no").do_not_call
    assert not one("Email|Call opt-in", "a@example.com|yes").do_not_call
    assert not one("Email|Call opt-in", "a@example.com|").do_not_call


def test_a_later_row_of_the_same_person_may_still_mark_them() -> None:
    people = read("Email|DNC", "a@example.com|", "A@example.com|1")
    assert people.problems == ((3, "the same person as in line 2"),)
    assert people.rows[0].lead.do_not_call


def test_several_numbers_each_have_a_place() -> None:
    headings = "Email|Phone|Mobile|Corporate Phone|Fax"
    lead = one(headings, "a@example.com|+353 1 555 0142||+353 87 555 0199|+353 1 555 0111")
    assert lead.values == {"phone": "+353 1 555 0142", "mobile": "+353 87 555 0199"}
    assert lead.notes == ("Fax: +353 1 555 0111",)
    lead = one(headings, "a@example.com|+353 1 555 0142|+353 87 555 0142|+353 1 555 0199|")
    assert lead.notes == ("Corporate Phone: +353 1 555 0199",)
    assert one(headings, "a@example.com|||+353 1 555 0199|").values == {"phone": "+353 1 555 0199"}


def test_an_extension_stays_with_its_number() -> None:
    lead = one("Email|Phone|Ext", "a@example.com|+1 415 555 0142|12")
    assert lead.values == {"phone": "+1 415 555 0142 ext. 12"}


def test_further_addresses_are_kept_as_a_note() -> None:
    lead = one("Email|Secondary Email", "a@example.com; b@example.com|c@example.com")
    assert lead.email == "a@example.com"
    assert lead.notes == ("Email: b@example.com", "Secondary Email: c@example.com")


@pytest.mark.parametrize(
    "address", ["ada", "ada@", "@example.com", "a@example", "x" * 250 + "@a.io"]
)
def test_a_row_with_a_bad_address_is_left_out(address: str) -> None:
    people = read("Email|Phone", f"{address}|+353 87 555 0142", "ok@example.com|")
    assert [line for line, _ in people.problems] == [2]


def test_people_without_an_address_need_a_number_that_can_be_dialled() -> None:
    people = read(
        "Name|Phone|Country",
        "Ada|+353 87 555 0142|",
        "Bo|087 555 0143|Ireland",
        "Cy|087 555 0144|",
        "Di||Ireland",
    )
    assert [row.lead.numbers for row in people.rows] == [("+353875550142",), ("+353875550143",)]
    assert [line for line, _ in people.problems] == [4, 5]
    assert "names no country" in people.problems[0][1]
    assert "neither an e-mail address nor" in people.problems[1][1]


def test_the_account_s_country_counts_for_rows_without_one() -> None:
    assert one("Last Name|Phone", "Lee|087 555 0144", default_region="IE").numbers == (
        "+353875550144",
    )


def test_two_people_on_one_line_are_two_and_the_same_person_is_one() -> None:
    people = read(
        "Name|Phone", "Ida Row|+353 1 555 0142", "Ben Oak|+353 1 555 0142", "I. Row|+35315550142"
    )
    assert [row.line for row in people.rows] == [2, 3]
    assert people.problems == ((4, "the same person as in line 2"),)


def test_an_exported_number_loses_the_apostrophe_that_guarded_it() -> None:
    lead = one("Email|Phone|Company", "a@example.com|'+353 87 555 0142|'t Hooft")
    assert lead.values == {"phone": "+353 87 555 0142", "company": "'t Hooft"}


def test_strangers_texts_become_one_plain_line() -> None:
    assert one("Email|Company", "a@example.com|Acme\x1b[31m\u202e\nInc").values == {
        "company": "Acme[31m Inc"
    }


def test_a_form_of_address_is_no_job_title() -> None:
    assert one("Email|Title|Job Title", "a@example.com|Mr.|").values == {}
    assert one("Email|Title|Job Title", "a@example.com|Mr.|CFO").values == {"title": "CFO"}
    assert one("Email|Title", "a@example.com|CFO").values == {"title": "CFO"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a@example.com|Ada|Co| Inc|+353 87 555 0142", 'Country says "+353 87 555 0142"'),
        ("a@example.com|Ada|Co|0875550142|Ireland|", ""),
        ("a@example.com|Ada|Smith| Jones & Co|Ireland", 'Phone says "Jones & Co"'),
        ("a@example.com|+353 87 555 0142|Co||Ireland", 'First name says "+353 87 555 0142"'),
        ("a@example.com|Ada|b@example.com||Ireland", 'Company says "b@example.com"'),
        ("a@example.com|Ada|Co|Ireland|0875550142", 'Country says "0875550142"'),
    ],
)
def test_cells_that_are_a_column_off_leave_the_row_out(row: str, why: str) -> None:
    people = read("Email|First name|Company|Phone|Country", row)
    assert (why in people.problems[0][1]) if why else people.problems == ()


def test_words_in_a_number_column_keep_the_row() -> None:
    lead = one("Email|Phone|Title", "a@example.com|ask reception|Head of 24/7 desk")
    assert lead.values == {"phone": "ask reception", "title": "Head of 24/7 desk"}
