"""The table in the world's README describes the world."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from sdrdesk.sandbox import world
from sdrdesk.sandbox.world import account
from tests.sandbox.world.made import records

LEADS = 4000
README = Path(world.__file__).with_name("README.md").read_text(encoding="utf-8")
STATED = {
    name.strip(): int(share)
    for name, share in re.findall(r"^\| ([^|]+) \| (\d+) % \|$", README, re.MULTILINE)
}
Properties = dict[str, str]


def _is_foreign(p: Properties) -> bool:
    letters = [c for c in p.get("lastname", p.get("firstname", "")) if c.isalpha()]
    return bool(letters) and not unicodedata.name(letters[0]).startswith("LATIN")


MEASURES: dict[str, Callable[[Properties], bool]] = {
    "owned by the default rep": lambda p: p.get("hubspot_owner_id") == account.RITA,
    "without an owner": lambda p: "hubspot_owner_id" not in p,
    "owned by a former rep": lambda p: p.get("hubspot_owner_id") == account.BEN,
    "no telephone number": lambda p: "phone" not in p and "mobilephone" not in p,
    "an invalid number": lambda p: "phone" in p and "hs_calculated_phone_number" not in p,
    "a mobile number": lambda p: "mobilephone" in p,
    "no job title": lambda p: "jobtitle" not in p,
    "persona filled in by the CRM": lambda p: "hs_persona" in p,
    "time zone stated": lambda p: "hs_timezone" in p,
    "time zone known from the web visit": lambda p: "hs_ip_timezone" in p,
    "country stated": lambda p: "country" in p,
    "marked do-not-call": lambda p: p.get("do_not_call_phone") == "true",
    "never converted (bulk import, one shared modification time)": lambda p: (
        "recent_conversion_date" not in p
    ),
    "converted more than once": lambda p: int(p.get("num_conversion_events", "0")) > 1,
    "name in a script other than Latin": _is_foreign,
    "no company": lambda p: "associatedcompanyid" not in p,
}


def _rows() -> list[Properties]:
    return [r.properties for r in records(LEADS, hostile=0.0)["contacts"]]


@pytest.mark.parametrize("name", MEASURES)
def test_the_stated_shares_are_right(name: str) -> None:
    measured = 100 * sum(map(MEASURES[name], _rows())) / LEADS
    assert abs(measured - STATED[name]) <= 0.7 + STATED[name] * 0.08


def test_the_stated_share_of_duplicates_is_right() -> None:
    seen: set[tuple[str, str, str]] = set()
    twins = 0
    for p in _rows():
        first, last = (p.get(n, "").strip().lower() for n in ("firstname", "lastname"))
        key = (first.split(" ")[0], last, p["hs_email_domain"])
        twins += key in seen and all(key)
        seen.add(key)
    assert abs(100 * twins / LEADS - STATED["duplicates of another contact"]) <= 1.2


def test_every_row_of_the_table_is_measured() -> None:
    assert set(STATED) - set(MEASURES) == {"duplicates of another contact"}
