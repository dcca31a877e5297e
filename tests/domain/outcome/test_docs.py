from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from sdrdesk.domain.outcome.catalog import COLORS, REQUIRABLE, Disposition, Flag, parse_dispositions
from tests.domain.outcome_table import shipped

PAGE = (Path(__file__).parents[3] / "docs" / "dispositions.md").read_text("utf-8")


def test_every_field_flag_and_choice_is_documented() -> None:
    names = {field.name for field in fields(Disposition)} - {"key"}
    for name in [*names, *Flag, *COLORS, *REQUIRABLE]:
        assert f"`{name}`" in PAGE, name


def test_the_table_is_the_shipped_one() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S) \| ([^|,]+?)(?:,[^|]*)? \| (\S+)[^|]*\|", PAGE, re.M)
    table = shipped()
    assert [key for key, *_ in rows] == list(table)
    for key, hotkey, outcome, status in rows:
        assert (hotkey, outcome) == (table[key].hotkey, table[key].crm_outcome)
        assert status == (table[key].lead_status or "–")


def test_the_example_reads_as_the_shipped_outcome() -> None:
    example = parse_dispositions(tomllib.loads(PAGE.split("```toml\n")[1].split("```")[0]))
    ours = shipped()["no_answer"]
    assert example["no_answer"].only_from == ours.only_from
    assert example["no_answer"].flags == ours.flags
