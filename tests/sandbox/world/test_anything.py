"""A world is consistent whatever the arguments."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.sandbox.world import generate
from tests.sandbox.world.made import is_hostile

YEAR_2001_MS = 978_307_200_000
YEAR_2037_MS = 2_114_380_800_000


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(),
    leads=st.integers(0, 25),
    now_ms=st.integers(YEAR_2001_MS, YEAR_2037_MS),
    hostile=st.floats(0, 100),
)
def test_a_world_holds_together(seed: int, leads: int, now_ms: int, hostile: float) -> None:
    made = generate(seed, leads, now_ms, hostile)
    records = list(made.records)
    known = {(r.type, r.id) for r in records}
    assert len(known) == len(records)
    assert sum(r.type == "contacts" for r in records) == leads
    assert len({r.properties.get("email", r.id) for r in records if r.type == "contacts"}) == leads
    for record in records:
        assert 0 < record.created_ms <= record.updated_ms <= now_ms
        assert all(record.properties.values())
        assert hostile > 0 or not any(
            is_hostile(v) and v not in HARMLESS for v in record.properties.values()
        )
    for link in made.links:
        assert (link.from_type, link.from_id) in known
        assert (link.to_type, link.to_id) in known
    for submission in made.submissions:
        at = submission["submittedAt"]
        assert isinstance(at, int)
        assert at <= now_ms


HARMLESS = {"true"}
