"""Planted mistakes, each of which the schedules find."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from sdrdesk.domain.crm.field_merge import Decision, decide
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.store.mirror import merged_leads
from sdrdesk.store.outbox import outbox
from sdrdesk.sync.engine import Tuning
from sdrdesk.sync.hubspot import changes, pull_pages
from sdrdesk.sync.hubspot.push_calls import PushCalls
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.push import lead
from sdrdesk.sync.push.activity import ActivityPush
from tests.sync.arena import Arena, open_arena
from tests.sync.desk import Desk, fresh_desk
from tests.sync.machine import Story
from tests.sync.pull.test_full_pass import bulk, held, ids_of, late_changes
from tests.sync.push import test_changes, test_lost_answers
from tests.sync.test_schedules import played

pytestmark = pytest.mark.long

Patch = pytest.MonkeyPatch
ENOUGH = 100
"""Schedules within which a mistake must be found."""


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
    real = outbox.begin_sending
    patch.setattr(outbox, "begin_sending", lambda c, key, unknown: real(c, key, unknown=False))
    real_defer: Any = outbox.defer

    def defer(connection: Any, key: str, **how: Any) -> None:
        real_defer(connection, key, **(how | {"unknown": False, "state": OutboxState.QUEUED}))

    patch.setattr(outbox, "defer", defer)


def links_dropped(patch: Patch) -> None:
    real: Any = Transport.write

    def write(self: Transport, method: str, path: str, body: Any = None) -> Any:
        return real(self, method, path, {k: v for k, v in body.items() if k != "associations"})

    patch.setattr(Transport, "write", write)


def links_never_repaired(patch: Patch) -> None:
    patch.setattr(PushCalls, "link", lambda self, item, crm_id: None)


def base_not_stored(patch: Patch) -> None:
    def blind(field: str, base: str, mine: str, theirs: str, **more: Any) -> Decision:
        return decide(field, theirs, mine, theirs, **more)

    patch.setattr(lead, "decide", blind)


def stage_order_ignored(patch: Patch) -> None:
    def blind(field: str, base: str, mine: str, theirs: str, **more: Any) -> Decision:
        if field == "lifecycle" and mine != theirs:
            return Decision.SEND
        return decide(field, base, mine, theirs, **more)

    patch.setattr(lead, "decide", blind)


def hold_ignored(patch: Patch) -> None:
    real = outbox.release
    patch.setattr(outbox, "release", lambda c, now_ms, everything: real(c, now_ms, everything=True))


def taken_back_during_the_sync_is_sent(patch: Patch) -> None:
    real = outbox.begin_sending

    def begin(connection: Any, key: str, *, unknown: bool) -> bool:
        connection.execute("UPDATE outbox SET state = 'queued' WHERE key = ?", (key,))
        return real(connection, key, unknown=unknown)

    patch.setattr(outbox, "begin_sending", begin)


def merges_not_followed(patch: Patch) -> None:
    patch.setattr(merged_leads, "merge_ids", lambda connection, old_id, new_id: False)


PLANTED: list[tuple[Callable[[Patch], None], str]] = [
    (links_dropped, "lost its lead"),
    (links_never_repaired, "lost its lead|task is there 0 times"),
    (base_not_stored, "silently overwrote"),
    (merges_not_followed, "not the same leads|vanished|lost its lead"),
]


@pytest.mark.parametrize(("plant", "seen"), PLANTED, ids=lambda p: getattr(p, "__name__", ""))
def test_the_schedules_find_a_planted_mistake(
    arena: Arena, plant: Callable[[Patch], None], seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mutant(Story):
        pass

    Mutant.arena = arena
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=seen):
        run_state_machine_as_test(Mutant, settings=played(ENOUGH, shrink=False))


def taken_back_between_two_requests(arena: Arena) -> None:
    """Undo an outcome while its push asks for the account's outcomes."""
    Story.arena = arena
    story = Story()
    story.begin(mode="marker", merge_mode="new_id")
    story.dispose(index=0, outcome="no_answer")
    story.sync(release=True, full=False)
    story.something_happens_during_a_sync(
        at=1, what="undo", index=0, outcome="no_answer", release=False
    )
    assert story.record.outcomes[story.last_key].undone
    story.teardown()


def test_an_outcome_that_was_taken_back_and_is_sent_is_caught(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back_between_two_requests(arena)
    taken_back_during_the_sync_is_sent(monkeypatch)
    with pytest.raises(AssertionError, match="was taken back and is sent"):
        taken_back_between_two_requests(arena)


def held_during_a_round(arena: Arena) -> None:
    """Record an outcome and let a background round pass within its grace period."""
    Story.arena = arena
    story = Story()
    story.begin(mode="marker", merge_mode="new_id")
    story.dispose(index=0, outcome="no_answer")
    assert story.desk is not None
    with closing(story.desk):
        story.background_round()


def test_a_grace_period_that_is_not_kept_is_caught(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_during_a_round(arena)
    hold_ignored(monkeypatch)
    with pytest.raises(AssertionError, match="the grace period was not kept"):
        held_during_a_round(arena)


def test_a_blind_resend_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blind_resend(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        test_lost_answers.test_a_lost_answer_never_makes_a_second_call(
            tmp_path, "marker", {"drop": "after"}
        )


def test_bytes_that_leave_before_they_are_marked_are_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_marked_before_the_bytes_leave(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        test_lost_answers.test_a_process_that_dies_while_sending_logs_the_call_once(
            desk, monkeypatch, "marker", "after"
        )


def test_a_stage_order_that_is_ignored_is_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage_order_ignored(monkeypatch)
    with pytest.raises(AssertionError):
        test_changes.test_a_stage_that_others_moved_further_is_not_moved_back(desk)


def test_no_overlap_is_caught(desk: Desk) -> None:
    blind = Tuning(reread=0, restores=0, overlap_s=0.0, wide_overlap_s=0.0)
    with pytest.raises(AssertionError):
        late_changes(desk, blind)


def test_a_cursor_that_says_greater_than_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greater_than(search: Any, *rest: Any) -> Any:
        def shifted(body: Any) -> Any:
            first = body["filterGroups"][0]["filters"][0]
            if first["operator"] == "BETWEEN":
                first["value"] = str(int(first["value"]) + 1)
            return search(body)

        return changes.changed_since(shifted, *rest)

    monkeypatch.setattr(pull_pages, "changed_since", greater_than)
    with fresh_desk(tmp_path / "d.db") as desk:
        at = desk.clock().strftime("%Y-%m-%dT%H:%M:%S.123Z")
        desk.sandbox.control("records", {"records": bulk(730, 9_000_000, at)})
        desk.sync()
        assert held(desk) != ids_of(desk.sandbox, "contacts")
