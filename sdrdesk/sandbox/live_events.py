"""Live activity of leads and colleagues while the sandbox runs.

The generator decides on the events; this module applies them like any other writes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from sdrdesk.sandbox.account.account import Account, Actor
from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.errors import ApiError
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.world.live import LiveEvent, LiveWorld, LiveWrite
from sdrdesk.sandbox.writes.linking import resolve_target
from sdrdesk.sandbox.writes.writes import WritePlan, apply

MINUTE_MS = 60_000

log = logging.getLogger("sdrdesk.sandbox")


class Reader:
    """The generator's read access to the account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def ids(self, object_type: str) -> Sequence[str]:
        """Return ids of live records, in numerical order."""
        return [str(number) for number in self._account.tables[object_type].live]

    def properties(self, object_type: str, record_id: str) -> Mapping[str, str]:
        """Return properties of one record, empty for a missing one."""
        record = self._account.tables[object_type].get(record_id)
        return {} if record is None else record.properties


def tick(account: Account, minutes: int) -> int:
    """Apply the events of the last ``minutes`` of a working day and return their number."""
    start_ms = account.now_ms - minutes * MINUTE_MS
    world = LiveWorld(int(account.meta.get("seed", 1)), Reader(account), start_ms)
    return _apply_all(account, world)


def _apply_all(account: Account, world: LiveWorld) -> int:
    events = world.tick(account.now_ms)
    for event in events:
        apply_event(account, event)
    return len(events)


def apply_event(account: Account, event: LiveEvent) -> None:
    """Apply the writes of one event; failed ones are skipped and logged."""
    made: dict[str, str] = {}
    for write in event.writes:
        try:
            record = _apply(account, event, write, made)
        except ApiError as error:
            log.warning("live event %s: %s", event.kind, error)
            continue
        if write.ref:
            made[write.ref] = record.id
    if event.submission is not None:
        row = dict(event.submission)
        form = str(row["form"])
        rows = account.submissions.setdefault(form, [])
        rows.append(row)
        rows.sort(key=lambda one: -int(one["submittedAt"]))
        account.new_submissions.append((form, row))


def _apply(account: Account, event: LiveEvent, write: LiveWrite, made: dict[str, str]) -> Record:
    kind = account.tables[write.object_type].kind
    current = None
    if write.record_id is not None:
        current = account.current(kind, write.record_id)
        if current is None:
            raise ApiError(404, f"{kind.singular} {write.record_id} is gone")
    targets = [
        resolve_target(account, kind, link.type_id, _id(link.to_id, made)) for link in write.links
    ]
    source = "CRM_UI" if event.owner_id else "FORM"
    user_id = _user_of(account, event.owner_id)
    values = {name: value for name, value in write.properties.items() if value or current}
    plan = WritePlan(kind, current, values, targets)
    return apply(account, plan, Actor(source, user_id), by="live")


def _user_of(account: Account, owner_id: str | None) -> str | None:
    """Return the user id of an owner, which is another number than the owner id."""
    for owner in account.owners:
        if owner_id is not None and str(owner["id"]) == owner_id:
            return str(owner.get("userIdIncludingInactive") or owner.get("userId"))
    return None


def _id(given: str, made: dict[str, str]) -> str:
    if not given.startswith("@"):
        return given
    if given[1:] not in made:
        raise ApiError(404, f"{given} was not made")
    return made[given[1:]]


async def run_live_events(account: Account, save: Callable[[], None], every_s: float = 5.0) -> None:
    """Apply live events every few seconds, as long as the server runs."""
    world = LiveWorld(int(account.meta.get("seed", 1)), Reader(account), account.now_ms)
    log.info("the world moves from %s on", iso(account.now_ms))
    while True:
        await asyncio.sleep(every_s)
        try:
            if _apply_all(account, world):
                save()
        except Exception:
            log.exception("the world stumbled; it goes on")
