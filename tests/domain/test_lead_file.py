"""What a spreadsheet's rows mean, whatever their headings and whoever filled them in."""

from __future__ import annotations

import pytest

from sdrdesk.domain.lead_file import LeadFile, read_rows


def read(heading: str, *rows: str) -> LeadFile:
    cells = [(number, row.split("|")) for number, row in enumerate(rows, 2)]
    return read_rows(heading.split("|"), cells)


@pytest.mark.parametrize(
    "heading", ["email|first name", "E-Mail|First_Name", "Work e-mail|FIRSTNAME", "Mail|given name"]
)
def test_headings_are_known_by_their_letters(heading: str) -> None:
    (row,) = read(heading, "Ada@Example.com|Ada").rows
    assert (row.line, row.lead.email, row.lead.values) == (
        2, "ada@example.com", {"first_name": "Ada"},
    )  # fmt: skip


def test_a_file_without_addresses_is_refused_with_what_it_has() -> None:
    with pytest.raises(ValueError, match=r"headings found: Name, Phone"):
        read("Name|Phone", "Ada|1")


@pytest.mark.parametrize(
    "address", ["ada", "ada@", "@example.com", "a b@example.com", "a@example", "x@y.com, z@y.com"]
)
def test_a_row_whose_address_is_none_is_named_and_left_out(address: str) -> None:
    file = read("email", address, "ok@example.com")
    assert [line for line, _ in file.problems] == [2]
    assert [row.lead.email for row in file.rows] == ["ok@example.com"]


def test_an_address_longer_than_any_is_none() -> None:
    assert read("email", "a" * 250 + "@example.com").rows == ()


def test_a_person_who_stands_there_twice_counts_once() -> None:
    file = read("email|last name", "ada@example.com|One", "ADA@example.com|Two")
    assert [row.lead.values["last_name"] for row in file.rows] == ["One"]
    assert file.problems == ((3, "ada@example.com stands in line 2 already"),)


def test_an_exported_number_loses_the_apostrophe_that_guarded_it() -> None:
    (row,) = read("email|phone|company", "a@example.com|'+353 87 555 0142|'t Hooft").rows
    assert row.lead.values == {"phone": "+353 87 555 0142", "company": "'t Hooft"}


def test_what_strangers_wrote_is_one_plain_line() -> None:
    (row,) = read("email|company", "a@example.com|Acme\x1b[31m\u202e\nInc").rows
    assert row.lead.values == {"company": "Acme[31m Inc"}


def test_empty_rows_are_nothing_and_columns_nobody_knows_are_named() -> None:
    file = read("email|Shoe size|", "|  |", "a@example.com|44|x")
    assert (len(file.rows), file.problems, file.ignored) == (1, (), ("Shoe size",))
