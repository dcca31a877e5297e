"""The time at a lead's place, told as uncertain where the sources disagree."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.lead.time_zones import same_clock, weigh_zones
from sdrdesk.domain.place.local_times import local_times, other_zones

NOW = datetime(2026, 11, 20, 14, 45, tzinfo=UTC)
ZONES = ["Europe/Warsaw", "Europe/Berlin", "America/Chicago", "America/Argentina/Salta", "UTC"]

zones = st.lists(st.sampled_from(ZONES), max_size=2, unique=True).map(tuple)
sources = st.tuples(
    st.tuples(st.just("CRM"), zones),
    st.tuples(st.just("number (US assumed)"), zones),
    st.tuples(st.just("company"), zones),
)


@given(sources)
def test_the_other_zones_are_those_of_the_sources_that_disagree(
    said: tuple[tuple[str, tuple[str, ...]], ...],
) -> None:
    verdict = weigh_zones(said)
    wanted = {
        zone
        for _, named in said
        if verdict.zone and named and not any(same_clock(verdict.zone, z) for z in named)
        for zone in named
    }
    found = other_zones(verdict.text)
    assert set(found) <= wanted
    assert all(any(same_clock(zone, other) for other in found) for zone in wanted)


def test_sources_that_agree_are_one_time() -> None:
    assert local_times("Europe/Warsaw", (), NOW) == "15:45"
    assert local_times("Europe/Warsaw", ("Europe/Berlin",), NOW) == "15:45"


def test_sources_that_disagree_are_all_told_with_their_city() -> None:
    both = ("America/Argentina/Salta", "America/Chicago")
    assert local_times("Europe/Warsaw", both, NOW) == "15:45 Warsaw or 11:45 Salta or 08:45 Chicago"


def test_without_a_zone_there_is_no_time() -> None:
    assert local_times("", ("America/Chicago",), NOW) == ""
    assert other_zones("time zone unknown: CRM says Europe/Warsaw") == ()
    assert other_zones("CRM says Europe/Warsaw, but notes says ../../etc/passwd") == ()
