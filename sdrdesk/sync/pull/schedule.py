"""The timing and contents of background rounds. Pure.

All reps of an account share five searches a second (HubSpot's search limit, 2026-11-21). A round
makes one search for the rep's own leads, to notice new conversions, and at most one for everybody's
changes of one kind; the latter gives way when the account is crowded. ``python -m
bench.many_desks`` runs hundreds of desks on one account through this module.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Literal

from sdrdesk.domain.crm.records import ACTIVITY_KINDS, LISTED_KINDS, RECENT_KINDS, RemoteKind
from sdrdesk.sync.tuning import Tuning

IDLE_AFTER_S = 1200.0
"""A rep without any action for this long is not in a call block."""

IDLE_FACTOR = 4.0
"""Factor by which the rounds of an idle rep are slower."""

OFFLINE_FIRST_S = 5.0
OFFLINE_MOST_S = 300.0
"""Without a network: retry after 5 s, then ever slower, at least every five minutes."""

CROWDED_FROM = 4.0
CROWDED_FACTOR = 1.15
"""Slowdown of a working rep's rounds in a crowded account: 45 s become 52 s, which still shows
nineteen of twenty fresh leads within the minute."""

LEAST_OVERLAP_S = 120.0
"""Lower limit in a crowded account: the index lags by seconds, seldom by minutes."""

Jitter = Callable[[float, float], float]

Looks = Literal["none", "one", "all"]
"""Overdue kinds of everybody's changes that a background round asks for: none, the first, or all,
for rounds that are far apart."""


def next_round_s(
    interval_s: float,
    *,
    failures: int = 0,
    idle_s: float = 0.0,
    crowding: float = 1.0,
    jitter: Jitter = random.uniform,
) -> float:
    """Return the seconds until the next background round.

    Args:
        interval_s: between rounds while the rep works.
        failures: rounds that failed in a row.
        idle_s: since the rep's last action that had to be sent or fetched.
        crowding: 1 without other desks.
        jitter: a number between two, so that desks started together drift apart.
    """
    if failures:
        wait = min(OFFLINE_MOST_S, OFFLINE_FIRST_S * 2.0 ** (failures - 1))
        return wait * jitter(0.75, 1.25)
    wait = interval_s * (IDLE_FACTOR if idle_s >= IDLE_AFTER_S else 1.0)
    wait *= CROWDED_FACTOR if crowding >= CROWDED_FROM else 1.0
    # Narrow: with a wide spread the longest waits decide how late a lead is noticed. In a crowd
    # there is none: desks return to a second that had room, and a refused search moves its desk to
    # another second.
    spread = 0.1 / crowding
    return wait * jitter(1 - spread, 1 + spread)


def rest_s(wait_s: float, took_s: float, *, refused: bool) -> float:
    """Return how long to sleep after a round.

    A desk asks again exactly ``wait_s`` after the beginning of the round, when there was room. A
    refused one moves by the duration of its round.

    Args:
        wait_s: from ``next_round_s``.
        took_s: duration of the round.
        refused: whether a search of the round was refused.
    """
    return wait_s if refused else max(wait_s - took_s, wait_s / 2)


def due_kinds(
    looked_ms: Mapping[RemoteKind, int],
    now_ms: int,
    *,
    light: bool,
    tuning: Tuning,
    crowding: float = 1.0,
    looks: Looks = "one",
) -> tuple[RemoteKind, ...]:
    """Return the kinds to ask for in this round, in order.

    Args:
        looked_ms: when each kind was last asked for; 0 never.
        now_ms: the current time.
        light: a background round: what ``looks`` says. Other rounds ask for all.
        tuning: the intervals.
        crowding: 1 without other desks; intervals grow with it.
        looks: how many of the kinds that are overdue.
    """
    if not light:
        return ("company", "lead", *ACTIVITY_KINDS)
    if looks == "none":
        return ()
    every: dict[RemoteKind, float] = {
        "company": tuning.companies_every_s,
        "lead": tuning.leads_every_s,
    }
    every |= dict.fromkeys(LISTED_KINDS, tuning.activities_every_s)
    every |= dict.fromkeys(RECENT_KINDS, tuning.touches_every_s)
    # The distance, so that a clock that was turned back does not stop a kind.
    waited = {kind: abs(now_ms - looked_ms.get(kind, 0)) / 1000 for kind in every}
    over = {kind: waited[kind] / (every[kind] * crowding) for kind in every}
    due = sorted((kind for kind in over if over[kind] >= 1.0), key=lambda kind: -over[kind])
    return tuple(due[:1] if looks == "one" else due)


def overlap_s(
    wide_ms: int, now_ms: int, *, tuning: Tuning, crowding: float = 1.0
) -> tuple[float, bool]:
    """Return how far to look back behind the cursor, and whether this is the trailing pass.

    Args:
        wide_ms: when this kind was last asked for with the wide overlap; 0 never.
        now_ms: the current time.
        tuning: the overlaps.
        crowding: as in ``due_kinds``; shrinks the near overlap only.
    """
    if abs(now_ms - wide_ms) >= tuning.wide_every_s * crowding * 1000:
        return tuning.wide_overlap_s, True
    near = min(tuning.overlap_s, LEAST_OVERLAP_S)
    return max(near, tuning.overlap_s / crowding), False
