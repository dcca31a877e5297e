"""What a rep reads while this machine's clock is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.clock import parse_iso
from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox

DAY_S = 86_400


def crm_time(crm: Sandbox) -> datetime:
    return parse_iso(crm.control("clock")["now"])


@pytest.mark.parametrize(
    ("ahead_s", "words"), [(-600, "10m fast"), (600, "10m slow"), (40 * DAY_S, "40d slow")]
)
def test_the_moment_is_put_right_and_both_sides_agree(
    synced: DeskHome, crm: Sandbox, ahead_s: int, words: str
) -> None:
    lead_id = synced.ok("next", "--json").json["lead_id"]
    crm.control("clock", {"offset_ms": ahead_s * 1000})
    synced.ok("sync")
    synced.ok("dispose", lead_id, "no_answer", "--note", "by a wrong clock")
    at = crm_time(crm)
    synced.ok("sync")
    day = at.date().isoformat()
    days = [(at + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1)]
    found = [
        entry
        for day in days
        for entry in synced.ok("log", "--json", "--day", day).json["activities"]
        if entry["note"] == "by a wrong clock"
    ]
    (entry,) = found
    assert abs(parse_iso(entry["at"]) - at) < timedelta(minutes=1)
    assert abs(entry["clock_shift_s"] - ahead_s) <= 1
    day = parse_iso(entry["at"]).astimezone().date().isoformat()
    assert words in synced.ok("log", "--day", day).out
    assert words in synced.ok("log", "--day", day, "--md").out
    assert words in synced.ok("lead", lead_id).out
    record = crm.get(f"/crm/objects/2026-09/calls/{entry['crm_id']}?properties=hs_timestamp").json
    assert abs(parse_iso(record["properties"]["hs_timestamp"]) - at) < timedelta(minutes=1)
    assert words in synced("doctor").out


def test_a_moment_given_with_at_is_never_moved(synced: DeskHome, crm: Sandbox) -> None:
    lead_id = synced.ok("next", "--json").json["lead_id"]
    crm.control("clock", {"offset_ms": 40 * DAY_S * 1000})
    synced.ok("sync")
    at = (datetime.now(UTC) - timedelta(hours=2)).replace(microsecond=0)
    synced.ok("dispose", lead_id, "no_answer", "--at", at.isoformat(), "--push", "now")
    calls = crm.get(f"/crm/objects/2026-09/contacts/{lead_id}/associations/calls").json["results"]
    moments = [
        parse_iso(
            crm.get(
                f"/crm/objects/2026-09/calls/{call['toObjectId']}?properties=hs_timestamp"
            ).json["properties"]["hs_timestamp"]
        )
        for call in calls
    ]
    assert at in moments
