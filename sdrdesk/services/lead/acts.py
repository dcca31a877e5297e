"""Notes each act of the rep for undo and redo, in the transaction that does it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from sdrdesk.clock import Clock
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.record.acts import Act, ActKind, add_act, redo_act


class Note(Protocol):
    """Notes one act in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        lead_id: str,
        *,
        item_key: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Note it: lead, key of its item, values before, and what redo needs."""


class _Here(threading.local):
    """The act that this thread is in; another one may act at the same moment."""

    step = ""
    again: Act | None = None


class ActLog:
    """The one order of everything a rep did; kept in the database, so a restart keeps it."""

    def __init__(self, owner_id: Callable[[], str], clock: Clock) -> None:
        self.owner_id = owner_id
        self._clock = clock
        self._here = _Here()

    @property
    def in_group(self) -> bool:
        """True if what is done now is one of several."""
        return bool(self._here.step)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Group the acts inside into one undo step."""
        self._here.step = str(uuid.uuid4())
        try:
            yield
        finally:
            self._here.step = ""

    @contextmanager
    def again(self, act: Act, *, in_group: bool) -> Iterator[None]:
        """Let the act inside take the place of the undone ``act``."""
        self._here.again, self._here.step = act, act.step if in_group else ""
        try:
            yield
        finally:
            self._here.again, self._here.step = None, ""

    def noting(self, kind: ActKind, label: str) -> Note:
        """Return what notes the next act. Call it before the transaction: it reads."""
        owner_id, at = self.owner_id(), self._clock()
        again, step = self._here.again, self._here.step or str(uuid.uuid4())

        def note(
            connection: Connection,
            lead_id: str,
            *,
            item_key: str = "",
            before: Mapping[str, Any] | None = None,
            after: Mapping[str, Any] | None = None,
        ) -> None:
            act = Act(0, step, lead_id, kind, label, item_key, before or {}, after or {})
            if again is not None:
                redo_act(connection, again.seq, act)
            else:
                add_act(connection, act, owner_id, at)

        return note
