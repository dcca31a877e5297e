"""Waits against a clock that jumps: until when an item, or everything, is left alone.

Waits are kept by this machine's clock, because that is what a rep is shown and what can be read
without a network. That clock may be hours wrong and be put right between any two looks, so two
things are kept with the waits: how far the CRM's clock was ahead of ours when they were set, and
for a grace period and a pause the moment they began. A correction only ever ends a wait sooner:
asking too early is answered with another wait, waiting too long is a "do not call" that comes too
late.
"""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_number, get_state, set_state

_AHEAD = "waits.crm_ahead_ms"
"""The CRM's clock minus ours, by which ``next_try_ms`` is to be read."""

_PUSHED = "push.clock"
"""When the last push began, by this machine's clock."""

_PAUSED_FROM, _PAUSED_UNTIL = "paused_from_ms", "paused_until_ms"

_SLACK_MS = 60_000
"""Less than this is no jump: the CRM states whole seconds, and a slow answer states old ones. A
wait that is shorter ends by itself, and a look for a lost answer must not come too soon."""

_DAY_MS = 86_400_000
"""No wait is longer; what seems to be comes from a clock that was turned back."""


def clock_moved(connection: Connection, ahead_ms: int) -> bool:
    """Return whether the waits go by another clock than the one just measured.

    ``ahead_ms``: the CRM's clock minus ours, by an answer of this run.
    """
    known = get_state(connection, _AHEAD)
    return not known or abs(ahead_ms - int(known)) >= _SLACK_MS


def follow_crm_clock(connection: Connection, now_ms: int, ahead_ms: int) -> None:
    """Let long waits end when they would have ended had the clock not been turned back since.

    Call it in the transaction that sets a long wait, before setting it, and after every pull.
    ``ahead_ms`` as in ``clock_moved``.
    """
    if not clock_moved(connection, ahead_ms):
        return
    known = get_state(connection, _AHEAD)
    back_ms = ahead_ms - int(known or ahead_ms)
    if back_ms > 0:
        _end_sooner(connection, back_ms, now_ms + _SLACK_MS)
    set_state(connection, _AHEAD, str(ahead_ms), now_ms)


def follow_own_clock(connection: Connection, now_ms: int) -> None:
    """Do the same at the beginning of a push, before any answer: this needs no CRM.

    Only pushes set these waits. A clock that stands before the last push was turned back by so much
    at least, which also keeps short waits short, whatever was known of the CRM's clock when they
    were set.
    """
    back_ms = get_number(connection, _PUSHED) - now_ms
    if back_ms > 0:
        _end_sooner(connection, back_ms, 0)
        known = get_state(connection, _AHEAD)
        if known:
            set_state(connection, _AHEAD, str(int(known) + back_ms), now_ms)
    set_state(connection, _PUSHED, str(now_ms), now_ms)
    _mend(connection, now_ms)


def _end_sooner(connection: Connection, by_ms: int, later_than_ms: int) -> None:
    connection.execute(
        "UPDATE outbox SET next_try_ms = next_try_ms - ? WHERE next_try_ms > ?"
        " AND state IN ('queued', 'sending')",
        (by_ms, later_than_ms),
    )


def _mend(connection: Connection, now_ms: int) -> None:
    """Begin grace periods of outcomes from the future now, and end waits of more than a day."""
    connection.execute(
        "UPDATE outbox SET hold_until_ms = ? + hold_until_ms - created_ms WHERE state = 'held'"
        " AND created_ms > ? AND hold_until_ms > created_ms",
        (now_ms, now_ms),
    )
    for name in ("next_try_ms", "hold_until_ms"):
        connection.execute(
            f"UPDATE outbox SET {name} = ? WHERE {name} > ?"  # noqa: S608  # two constant names
            " AND state IN ('held', 'queued', 'sending')",
            (now_ms, now_ms + _DAY_MS),
        )


def pause_account(connection: Connection, now_ms: int, length_ms: int) -> None:
    """Leave the whole account alone for so long, a day at most."""
    set_state(connection, _PAUSED_FROM, str(now_ms), now_ms)
    set_state(connection, _PAUSED_UNTIL, str(now_ms + min(length_ms, _DAY_MS)), now_ms)


def pause_left_ms(connection: Connection, now_ms: int) -> int:
    """Return how long the account is still to be left alone, 0 when not at all.

    A pause from the future is not believed: the clock was turned back, and the CRM says it again if
    it is not over.
    """
    began, until = (get_number(connection, name) for name in (_PAUSED_FROM, _PAUSED_UNTIL))
    return until - now_ms if began <= now_ms < until else 0
