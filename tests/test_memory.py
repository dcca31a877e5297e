"""Garbage is looked for while nobody types."""

from __future__ import annotations

import gc
import platform
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.memory import (
    ALL_EVERY_S,
    KEY_TAKES_S,
    MAX_PENDING,
    MIN_GAP_S,
    MOST_EXEMPT,
    TYPING_PAUSE_S,
    IdleCollector,
    collect_between_rounds,
    round_ended,
    start_fast,
)


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)
    gc.enable()


def test_nothing_is_looked_for_until_the_first_row() -> None:
    start_fast()
    assert not gc.isenabled()
    IdleCollector().begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_a_look_waits_until_the_rep_rests() -> None:
    watch = Watch()
    tidying = IdleCollector(watch, lambda: 0)
    watch.now += MIN_GAP_S + 1
    tidying.key()
    assert not tidying.look()
    watch.now += TYPING_PAUSE_S
    assert tidying.look()
    watch.now += TYPING_PAUSE_S
    assert not tidying.look()  # not that often
    watch.now += 10 * MIN_GAP_S
    assert not tidying.look()  # no key since
    tidying.key()
    watch.now += TYPING_PAUSE_S
    assert tidying.look()


def test_who_never_rests_gets_it_all_the_same() -> None:
    made, watch = 0, Watch()
    tidying = IdleCollector(watch, lambda: made)
    looks = []
    for _ in range(3 * MAX_PENDING):
        tidying.key()
        assert not tidying.look()  # on the way from a key to its frame
        watch.now += KEY_TAKES_S
        if tidying.look():
            looks.append(made)
            made = 0
        made += 1
    assert looks == [MAX_PENDING, MAX_PENDING]


def test_a_look_without_a_pause_does_not_put_off_the_one_in_the_next_pause() -> None:
    made, watch = MAX_PENDING, Watch()
    tidying = IdleCollector(watch, lambda: made)
    watch.now += MIN_GAP_S
    tidying.key()
    watch.now += KEY_TAKES_S
    assert tidying.look()
    made = 0
    tidying.key()
    watch.now += TYPING_PAUSE_S
    assert tidying.look()


def test_so_much_is_what_the_interpreter_counts() -> None:
    watch = Watch()
    tidying = IdleCollector(watch)
    tidying.begin()
    watch.now += KEY_TAKES_S
    gc.collect()
    kept: list[list[int]] = []
    while gc.get_count()[2] < MAX_PENDING:
        assert not tidying.look()
        kept.extend([] for _ in range(1000))
    assert tidying.look()
    assert gc.get_count()[2] < MAX_PENDING


class Node:
    me: Node


def test_what_was_dropped_in_a_circle_is_found() -> None:
    watch = Watch()
    tidying = IdleCollector(watch)
    tidying.begin()
    node = Node()
    node.me = node
    seen = weakref.ref(node)
    del node
    watch.now += MIN_GAP_S
    assert tidying.look()
    assert seen() is None


def test_what_stays_is_looked_at_once_and_again_much_later() -> None:
    watch = Watch()
    tidying = IdleCollector(watch)
    tidying.begin()
    node = Node()
    node.me = node
    seen = weakref.ref(node)
    kept = [[number] for number in range(5_000)]  # other threads may drop some at that moment
    watch.now += MIN_GAP_S
    before = gc.get_freeze_count()
    assert tidying.look()
    assert gc.get_freeze_count() > before + len(kept) // 2
    del node
    tidying.key()
    watch.now += MIN_GAP_S
    assert tidying.look()
    assert seen() is not None  # it was exempt: looking at all of it takes long
    tidying.key()
    watch.now += ALL_EVERY_S
    assert tidying.look()
    assert seen() is None


def test_much_that_became_exempt_is_looked_at_in_the_next_pause() -> None:
    watch, made = Watch(), MAX_PENDING
    tidying = IdleCollector(watch, lambda: made)
    tidying.begin()
    node = Node()
    node.me = node
    seen = weakref.ref(node)
    kept = [[number] for number in range(MOST_EXEMPT + 1_000)]
    tidying.key()
    watch.now += KEY_TAKES_S
    assert tidying.look()  # the rep does not pause
    del node
    made = 0
    watch.now += KEY_TAKES_S
    assert not tidying.look()
    assert seen() is not None
    watch.now += TYPING_PAUSE_S
    assert tidying.look()
    assert seen() is None
    watch.now += TYPING_PAUSE_S
    assert not tidying.look()  # once
    assert kept


def test_a_round_of_the_sync_is_never_interrupted() -> None:
    def full() -> int:
        return int(gc.get_stats()[2]["collections"])

    collect_between_rounds()
    gc.collect()
    before = full()
    round_ended()
    assert full() == before  # there is nothing to find yet
    kept: list[list[int]] = []
    while gc.get_count()[2] < MAX_PENDING:
        kept.extend([] for _ in range(1000))
    kept.extend([] for _ in range(500_000))  # so many that the interpreter would collect by itself
    assert full() == before
    round_ended()
    assert full() == before + 1


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked to")
def test_freed_memory_goes_back_to_the_system() -> None:
    def resident_kib() -> int:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    watch = Watch()
    tidying = IdleCollector(watch)
    tidying.begin()
    pieces = [b"%d" % (number % 10) * 1000 for number in range(20_000)]
    del pieces[:-1]  # the last one is on top: without help all below it is kept
    before = resident_kib()
    watch.now += ALL_EVERY_S
    tidying.key()
    watch.now += TYPING_PAUSE_S
    assert tidying.look()
    assert resident_kib() < before - 10_000
    assert len(pieces) == 1
