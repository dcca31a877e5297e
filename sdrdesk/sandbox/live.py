"""A world that moves: what leads and colleagues do while the sandbox runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .account import Account


def tick(account: Account, minutes: int) -> int:
    """Let ``minutes`` of a working day happen; how many writes that were."""
    del account, minutes
    return 0


async def keep_moving(account: Account, save: Callable[[], None]) -> None:
    """Let the world move minute by minute, for as long as the server runs."""
    while True:
        await asyncio.sleep(60)
        tick(account, 1)
        save()
