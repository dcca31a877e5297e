"""The schedules bite: each of these mistakes, planted on purpose, is caught."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from sdrdesk.store import aliases, outbox
from sdrdesk.sync import push_lead
from sdrdesk.sync.hubspot import changes, push_calls
from sdrdesk.sync.hubspot.push_calls import PushCalls
from sdrdesk.sync.merge import Decision, decide
from sdrdesk.sync.push_activity import ActivityPush
from tests.sync.arena import TUNING, Arena, open_arena
from tests.sync.desk import Desk, fresh_desk
from tests.sync.machine import Story
from tests.sync.test_pull import bulk, held, ids_of
from tests.sync.test_schedules import played

Patch = pytest.MonkeyPatch
ENOUGH = 100
"""Schedules within which a mistake must show."""


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with open_arena() as opened:
        yield opened


def blind_resend(patch: Patch) -> None:
    real = ActivityPush.send

    def send(self: ActivityPush, item: Any) -> Any:
        return real(self, dataclasses.replace(item, unknown=False))

    patch.setattr(ActivityPush, "send", send)


def not_marked_before_the_bytes_leave(patch: Patch) -> None:
    real = outbox.begin
    patch.setattr(outbox, "begin", lambda c, key, unknown: real(c, key, unknown=False))
    real_defer = outbox.defer

    def defer(connection: Any, key: str, **how: Any) -> None:
        real_defer(
            connection, key, **(how | {"unknown": False, "state": outbox.OutboxState.QUEUED})
        )

    patch.setattr(outbox, "defer", defer)


def links_dropped(patch: Patch) -> None:
    patch.setattr(push_calls, "_links_of", lambda item: [])


def links_never_repaired(patch: Patch) -> None:
    patch.setattr(PushCalls, "link", lambda self, item, crm_id: None)


def base_not_stored(patch: Patch) -> None:
    def blind(field: str, base: str, mine: str, theirs: str, **more: Any) -> Decision:
        return decide(field, theirs, mine, theirs, **more)

    patch.setattr(push_lead, "decide", blind)


def stage_order_ignored(patch: Patch) -> None:
    def blind(field: str, base: str, mine: str, theirs: str, **more: Any) -> Decision:
        if field == "lifecycle" and mine != theirs:
            return Decision.SEND
        return decide(field, base, mine, theirs, **more)

    patch.setattr(push_lead, "decide", blind)


def hold_ignored(patch: Patch) -> None:
    real = outbox.release
    patch.setattr(outbox, "release", lambda c, now_ms, everything: real(c, now_ms, everything=True))


def merges_not_followed(patch: Patch) -> None:
    patch.setattr(aliases, "merge_ids", lambda connection, old_id, new_id: False)


PLANTED: list[tuple[Callable[[Patch], None], str]] = [
    (blind_resend, "is there 2 times"),
    (not_marked_before_the_bytes_leave, "is there 2 times"),
    (links_dropped, "lost its lead"),
    (links_never_repaired, "lost its lead"),
    (base_not_stored, "silently overwrote"),
    (stage_order_ignored, "the stage went backwards"),
    (hold_ignored, "the grace period was not kept"),
    (merges_not_followed, "not the same leads|vanished|lost its lead"),
]


@pytest.mark.parametrize(("plant", "seen"), PLANTED, ids=lambda p: getattr(p, "__name__", ""))
def test_a_planted_mistake_is_caught(
    arena: Arena, plant: Callable[[Patch], None], seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mutant(Story):
        pass

    Mutant.arena = arena
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=seen):
        run_state_machine_as_test(Mutant, settings=played(ENOUGH, shrink=False))  # type: ignore[no-untyped-call]


def test_no_overlap_is_caught(arena: Arena) -> None:
    class Mutant(Story):
        @staticmethod
        def weaken(desk: Desk) -> None:
            desk.tuning = dataclasses.replace(TUNING, overlap_s=0.0, wide_overlap_s=0.0)

    Mutant.arena = arena
    with pytest.raises(AssertionError, match="missing here|not the same leads"):
        run_state_machine_as_test(Mutant, settings=played(ENOUGH, shrink=False))  # type: ignore[no-untyped-call]


def test_a_cursor_that_says_greater_than_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = changes._window
    monkeypatch.setattr(changes, "_window", lambda prop, start, after: real(prop, start + 1, after))
    with fresh_desk(tmp_path / "d.db") as desk:
        at = desk.clock().strftime("%Y-%m-%dT%H:%M:%S.123Z")
        desk.sandbox.control("records", {"records": bulk(730, 9_000_000, at)})
        desk.sync()
        assert held(desk) != ids_of(desk.sandbox, "contacts")
