"""The commands of the team feed, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from sdrdesk.cli.relay_host import crm_ms
from sdrdesk.domain.feed.address import feed_problem
from tests.support.desk_home import DeskHome

KEY = "U" + "A" * 55


def test_rights_name_each_desk_and_refuse_what_is_no_key(desk: DeskHome) -> None:
    ran = desk("relay", "rights", "--relay", KEY, f"70001={KEY}", "--account", "HubSpot 5")
    assert ran.code == 0, ran.err
    assert "sdrdesk.hubspot-5.note.70001.>" in ran.out
    assert ran.out.count("nkey:") == 2
    for wrong in ("70001", "70001=SUSECRET", f"={KEY}"):
        assert desk("relay", "rights", wrong, "--account", "HubSpot 5").code == 2


def test_a_key_is_made_and_its_secret_is_told_only_without_a_keyring(desk: DeskHome) -> None:
    ran = desk("relay", "key", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["public_key"].startswith("U")
    assert len(ran.json["public_key"]) == 56
    seed = ran.json.get("seed", "")
    if not ran.json["stored"]:
        again = desk("relay", "key", "--json", SDRDESK_FEED_KEY=seed)
        assert again.json == {"public_key": ran.json["public_key"], "stored": True}


def test_the_relay_tells_the_time_by_the_crm_which_dates_what_it_signs() -> None:
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    fast: Any = SimpleNamespace(clock=lambda: at)
    crm: Any = SimpleNamespace(clock_offset_s=-3600.0)
    assert crm_ms(fast, crm)() == round(at.timestamp() - 3600) * 1000


def test_without_a_feed_the_commands_say_what_to_set(desk: DeskHome) -> None:
    ran = desk("relay", "serve")
    assert ran.code == 2
    assert "SDRDESK_FEED_URL" in ran.err


@pytest.mark.parametrize("url", ["nats://feed.example.com:4222", "feed.example.com"])
def test_a_feed_without_tls_is_refused_before_anything_is_sent(desk: DeskHome, url: str) -> None:
    assert feed_problem(url)
    ran = desk("relay", "serve", SDRDESK_FEED_URL=url)
    assert ran.code == 2
    assert "tls://" in ran.err
