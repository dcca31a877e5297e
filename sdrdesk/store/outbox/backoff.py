"""Waits of one item or of the whole account, safe against a clock that jumps.

Waits go by this machine's clock, which a rep sees and which needs no network. That clock may be
hours wrong and corrected at any time. So two facts are kept with the waits: how far the CRM's
clock was ahead when they were set, and when a grace period or a pause began. A correction only ever
shortens a wait: asking too early costs another wait, waiting too long a late "do not call".
"""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_number, get_state, set_state

_AHEAD = "waits.crm_ahead_ms"
"""The CRM's clock minus ours when the waits in ``next_try_ms`` were set."""

_PUSHED = "push.clock"
"""When the last push began, by this machine's clock."""

_PAUSED_FROM, _PAUSED_UNTIL = "paused_from_ms", "paused_until_ms"

_SLACK_MS = 60_000
"""Smallest difference that counts as a jump: the CRM states whole seconds, and a slow answer old
ones. Shorter waits end soon anyway, and a look for a lost answer must not come too early."""

_DAY_MS = 86_400_000
"""Longest wait; a longer one comes from a clock that was turned back."""


def clock_moved(connection: Connection, ahead_ms: int) -> bool:
    """Return whether our clock was changed since the waits were set.

    ``ahead_ms``: the CRM's clock minus ours, from an answer of this run.
    """
    known = get_state(connection, _AHEAD)
    return not known or abs(ahead_ms - int(known)) >= _SLACK_MS


def follow_crm_clock(connection: Connection, now_ms: int, ahead_ms: int) -> None:
    """Shorten long waits by as much as our clock was turned back since they were set.

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
    """Do the same at the start of a push, before any answer of the CRM.

    Only pushes set these waits. If the clock shows a time before the last push, it was turned back
    by at least the difference. This also keeps short waits short.
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
    """Restart grace periods of outcomes from the future, and end waits of more than a day."""
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
    """Send nothing to the account for ``length_ms``, a day at most."""
    set_state(connection, _PAUSED_FROM, str(now_ms), now_ms)
    set_state(connection, _PAUSED_UNTIL, str(now_ms + min(length_ms, _DAY_MS)), now_ms)


def pause_left_ms(connection: Connection, now_ms: int) -> int:
    """Return the rest of the account's pause, 0 without one.

    A pause from the future is ignored: the clock was turned back, and the CRM asks again if needed.
    """
    began, until = (get_number(connection, name) for name in (_PAUSED_FROM, _PAUSED_UNTIL))
    return until - now_ms if began <= now_ms < until else 0
