"""Tables as people export them: encodings, delimiters, outcomes and times of any kind."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.calibration.table import calibrate_table
from sdrdesk.services.calibration.words import lines, to_json


def table(
    path: Path,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    heading: str = "Größe,Quelle,won,day",
    yes: str = "yes",
    no: str = "no",
    rows: int = 1_200,
) -> Path:
    chance = random.Random(7)
    written = [heading]
    for place in range(rows):
        source = chance.choice(["Müller", "Web"])
        won = chance.random() < (0.5 if source == "Müller" else 0.15)
        day = f"2026-{place // 120 + 1:02}-{place % 28 + 1:02}"
        written.append(f"{chance.randrange(500)},{source},{yes if won else no},{day}")
    file = path / "leads.csv"
    file.write_bytes("\r\n".join(written).replace(",", delimiter).encode(encoding))
    return file


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), ("|", "utf-8-sig")],
)
def test_delimiters_and_encodings_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    file = table(tmp_path, delimiter=delimiter, encoding=encoding)
    found = calibrate_table(file, "won", "day").found
    assert (found.rows, found.split, found.refused) == (1_200, "time", None)
    assert [feature.name for feature in found.features] == ["Größe", "Quelle"]
    points = {p.level.texts: p.points for p in found.learned if p.feature == "Quelle"}
    assert points["müller",] > 5 > -5 > points["web",]


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("TRUE", "False"), ("ja", "nein")])
def test_the_usual_words_for_won(tmp_path: Path, yes: str, no: str) -> None:
    assert 300 < calibrate_table(table(tmp_path, yes=yes, no=no), "won").found.positives < 500


def test_other_words_are_asked_for(tmp_path: Path) -> None:
    file = table(tmp_path, yes="SQL", no="MQL")
    with pytest.raises(UsageError, match=r"Its values: mql, sql.*--outcome \"won=VALUE\""):
        calibrate_table(file, "won")
    assert 300 < calibrate_table(file, "won=SQL").found.positives < 500


@pytest.mark.parametrize(
    ("outcome", "time", "allow", "words"),
    [
        ("wen", "", (), "no column 'wen' (did you mean 'won'?)"),
        ("won=maybe", "", (), "never is 'maybe'"),
        ("won", "Quelle", (), "is no moment"),
        ("won", "", ("nobody",), "--allow"),
        ("Quelle", "", (), "does not say which value is a win"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(
    tmp_path: Path, outcome: str, time: str, allow: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError) as error:
        calibrate_table(table(tmp_path), outcome, time, allow)
    assert words in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"one\n1\n", b"a,won\n1,\n2,yes\n"])
def test_a_file_that_is_no_table_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError):
        calibrate_table(file, "won")


def test_an_outcome_that_is_all_one_way_is_refused(tmp_path: Path) -> None:
    found = calibrate_table(table(tmp_path, no="yes"), "won").found
    assert "1,200 outcomes, 1,200 of them won" in (found.refused or "")


def test_lines_of_another_width_duplicates_and_spellings_are_told(tmp_path: Path) -> None:
    file = table(tmp_path)
    text = file.read_text("utf-8")
    file.write_text(f"{text}\r\n1,Web\r\n7,WEB,no,2026-12-01\r\n7,WEB,no,2026-12-01", "utf-8")
    notes = " ".join(calibrate_table(file, "won").notes)
    assert "1 line with another number of cells was left out." in notes
    assert "the same as another" in notes or "the same as others" in notes
    assert "Quelle: 1 more spelling" in notes


def test_words_and_json_say_the_same(tmp_path: Path) -> None:
    file = table(tmp_path, heading='"said ""yes""",Quelle,won,day')
    found = calibrate_table(file, "won", "day").found
    document = to_json(found)
    assert list(document)[:12] == [
        "rows", "positives", "split", "auc_old", "auc_new", "difference", "top10_rate",
        "top10_lift", "p_at_50", "refused", "fields", "points",
    ]  # fmt: skip
    text = "\n".join(lines(found))
    assert f"area under the curve 0.500 → {document['auc_new']:.3f}" in text
    assert 'Quelle "müller"' in text
