"""Files of people in every dress: dialect, encoding, workbook, JSON, and what is broken in them."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from sdrdesk.services.sheets import excel_sheet
from sdrdesk.services.sheets.files import Reading, read_content
from sdrdesk.services.sheets.sheet import InputSheet, NoSheet

PEOPLE = "Email;First name;Company\nü@example.com;Jürgen;Straße & Söhne\n"


def read(content: bytes | str, suffix: str = ".csv", **said: object) -> InputSheet:
    raw = content.encode() if isinstance(content, str) else content
    return read_content(raw, suffix, Reading(**said))  # type: ignore[arg-type]  # as named


def cells(sheet: InputSheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_encodings_are_found_out(encoding: str) -> None:
    sheet = read(PEOPLE.encode(encoding))
    assert sheet.headings == ("Email", "First name", "Company")
    assert cells(sheet) == [("ü@example.com", "Jürgen", "Straße & Söhne")]
    assert bool(sheet.notes) is (encoding == "cp1252")  # an assumption is told


def test_another_script_is_told_apart_or_named() -> None:
    text = "Email;Имя;Фамилия\n" + "a@example.com;Александр;Достоевский\n" * 20
    assert cells(read(text.encode("cp1251"), encoding="cp1251"))[0][1] == "Александр"
    assert cells(read(text.encode("cp1251")))[0][1] == "Александр"
    with pytest.raises(NoSheet, match="no encoding"):
        read(text, encoding="klingon")
    with pytest.raises(NoSheet, match="not text in ascii"):
        read(text, encoding="ascii")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects(delimiter: str, end: str) -> None:
    lines = [["Email", "Company"], ["a@example.com", '"A, B; C | D"'], ["b@example.com", "Co"]]
    sheet = read(end.join(delimiter.join(line) for line in lines) + end)
    assert cells(sheet) == [("a@example.com", "A, B; C | D"), ("b@example.com", "Co")]
    assert [row.number for row in sheet.rows] == [2, 3]


def test_excel_s_own_first_line_and_notes_above_the_heading() -> None:
    assert cells(read("sep=;\nEmail;Company\na@example.com;A,B,C\n")) == [
        ("a@example.com", "A,B,C")
    ]
    sheet = read(
        'Notes:\n"Some addresses, may be missing."\n\nFirst Name,Email\nSam,a@example.com\n'
    )
    assert (sheet.heading_line, cells(sheet)) == (4, [("Sam", "a@example.com")])
    assert "line 4" in sheet.notes[0]
    assert read("x\nEmail\na@example.com\n", heading=2).headings == ("Email",)


def test_a_line_break_inside_quotes_is_legal() -> None:
    sheet = read(
        'Email,Address,Country\na@example.com,"1 Quay\nDublin, 2",Ireland\nb@example.com,,\n'
    )
    assert cells(sheet)[0] == ("a@example.com", "1 Quay\nDublin, 2", "Ireland")
    assert [row.number for row in sheet.rows] == [2, 4]
    assert sheet.broken == ()


@pytest.mark.parametrize(
    "after",
    [
        "b@example.com,Co2\nc@example.com,Co3\n",
        'b@example.com,Co2\nc@example.com,"Co3"\n',
        'b@example.com,Co2\nc@example.com,"Smith, Inc"\n',
        'b@example.com,Co2"\nc@example.com,Co3\n',
        'b@example.com,Co2\nc@example.com,""\n',
    ],
)
def test_a_quote_that_is_never_closed_costs_its_own_row(after: str) -> None:
    sheet = read(f'Email,Company\na@example.com,"Co\n{after}')
    assert sheet.broken[0].number == 2
    assert "quote" in sheet.broken[0].broken
    kept = {row.cells[0] for row in sheet.rows}
    assert {"b@example.com", "c@example.com"} <= kept


def test_people_without_addresses_are_not_swallowed_either() -> None:
    sheet = read(
        'Name,Phone,Company\nIda,+353 1 555 0142,"Co\nBen,+353 1 555 0143,Co2\n'
        'Cy,+353 1 555 0144,Co3"\n'
    )
    assert [line.number for line in sheet.broken] == [2]
    assert [row.cells[0] for row in sheet.rows] == ["Ben", "Cy"]


def test_many_open_quotes_stay_quick() -> None:
    rows = "".join(f'p{n}@example.com,"Co\n' for n in range(20_000))
    sheet = read(f"Email,Company\n{rows}")
    assert len(sheet.broken) == 20_000


@pytest.mark.parametrize("row", ["a@example.com,Smith, Jones,Ireland", "a@example.com,Ireland"])
def test_a_row_whose_cells_may_be_shifted_is_left_out(row: str) -> None:
    sheet = read(f"Email,Company,Country\n{row}\nb@example.com,Co,Ireland\n")
    assert [(line.number, "cells instead of 3" in line.broken) for line in sheet.broken] == [
        (2, True)
    ]
    assert cells(sheet) == [("b@example.com", "Co", "Ireland")]


def test_empty_columns_at_the_end_count_only_where_all_rows_have_them() -> None:
    sheet = read("Email,Company,,\na@example.com,Co,,\nb@example.com,Co,,\n")
    assert (sheet.headings, len(sheet.rows), sheet.broken) == (("Email", "Company"), 2, ())
    sheet = read("Email,Company\na@example.com,Co,\nb@example.com,Co,\n")
    assert (len(sheet.rows), sheet.broken) == (2, ())
    shifted = "Email,Company,Phone,Notes\na@example.com,Smith, Jones,+353 1 555 0142,\n"
    sheet = read(f"{shifted}b@example.com,Co,,\nc@example.com,Co,,\n")
    assert [line.number for line in sheet.broken] == [2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"Email\n\0\n", "no text"),
        (b"a@example.com\nb@example.com\n", "a person and no heading"),
    ],
)
def test_a_file_that_is_none_says_why(content: bytes, says: str) -> None:
    with pytest.raises(NoSheet, match=says):
        read(content)


def book(
    *rows: list[object], title: str = "People", more: dict[str, list[list[object]]] | None = None
) -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    for name, others in (more or {}).items():
        extra = made.create_sheet(name)
        for row in others:
            extra.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_it_is_typed() -> None:
    content = book(
        ["List of the fair"], [],
        ["Email", "Phone", "Do not call", "Company"],
        ["a@example.com", 353875550142, True, "Co"],
        ["b@example.com", 353875550143.0, None, None],
    )  # fmt: skip
    sheet = read(content, ".xlsx")
    assert sheet.heading_line == 3
    assert cells(sheet) == [
        ("a@example.com", "353875550142", "true", "Co"),
        ("b@example.com", "353875550143", "", ""),
    ]
    assert [row.number for row in sheet.rows] == [4, 5]


def test_two_sheets_of_people_are_a_question() -> None:
    two = book(["Email", "Name"], ["a@example.com", "A"], more={
        "Webinar": [["Email", "Name"], ["b@example.com", "B"]], "Key": [["x"]],
    })  # fmt: skip
    with pytest.raises(NoSheet, match="2 sheets hold people"):
        read(two, ".xlsx")
    assert cells(read(two, ".xlsx", sheet="webinar")) == [("b@example.com", "B")]
    with pytest.raises(NoSheet, match="no sheet"):
        read(two, ".xlsx", sheet="Nope")


def test_a_workbook_that_is_none_or_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_sheet, "MOST_UNPACKED", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    for content, says in (
        (out.getvalue(), "unpacks to more"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected by a password"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"Email\na@example.com\n", "damaged"),
    ):
        with pytest.raises(NoSheet, match=says):
            read(content, ".xlsx")


def test_json_keeps_numbers_as_they_are_written() -> None:
    people = [{"email": "a@example.com", "phone": 353875550142, "do_not_call": True, "x": None}]
    for document in (people, {"results": people}, {"contacts": people, "total": 1}):
        sheet = read(json.dumps(document), ".json")
        assert sheet.headings == ("email", "phone", "do_not_call", "x")
        assert cells(sheet) == [("a@example.com", "353875550142", "true", "")]
    nested = [{"id": "1", "properties": {"email": "a@example.com"}, "name": {"first": "Ada"}}]
    assert read(json.dumps(nested), ".json").headings == ("id", "email", "name first")
    lines = '{"email": "a@example.com"}\n{"email": "b@example.com", "phone": "1"}\n'
    assert len(read(lines, ".json").rows) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 50_000, "nested too deep"), ("{", "no JSON"), ("[]", "no list of people"),
        ('[{"a": 1, "a": 2}]', "twice"), ('"x"', "no list of people"),
    ],
)  # fmt: skip
def test_json_that_is_none(text: str, says: str) -> None:
    with pytest.raises(NoSheet, match=says):
        read(text, ".json")


def test_what_is_no_object_in_json_is_left_out_by_its_place() -> None:
    sheet = read('[{"email": "a@example.com"}, "b@example.com"]', ".json")
    assert [(line.number, line.broken) for line in sheet.broken] == [
        (2, "it is no object with names")
    ]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1250"])
def test_an_encoding_that_would_be_guessed_wrong_is_asked_for(encoding: str) -> None:
    words = "Łukasz;Żółć & Wałęsa" if encoding == "cp1250" else "Jürgen;Schöne Bücher"
    text = f"Email;First name;Company\na@example.com;{words}\nb@example.com;Ťapák;Třešť\n"
    raw = text.encode(encoding, "replace")
    with pytest.raises(NoSheet, match="encoding cannot be detected"):
        read(raw)
    assert cells(read(raw, encoding=encoding))[0][1:] == tuple(words.split(";"))


def test_values_in_objects_of_their_own_are_found() -> None:
    people = [
        {"name": "Ada", "email": [{"label": "work", "value": "a@example.com"}],
         "phone": {"label": "work", "value": "+353 1 555 0142"}},
    ]  # fmt: skip
    sheet = read(json.dumps(people), ".json")
    assert sheet.headings == ("name", "email", "phone")
    assert cells(sheet) == [("Ada", "a@example.com", "+353 1 555 0142")]


def test_the_end_of_file_mark_of_dos_is_no_row() -> None:
    assert cells(read("Email,City\na@example.com,Cork\n\x1a")) == [("a@example.com", "Cork")]
