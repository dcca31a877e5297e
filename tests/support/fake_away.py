"""What happened while there was no sync, as a test sets it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.services.sync.away import AwayView

if TYPE_CHECKING:
    from tests.support.fake_desk import FakeDesk


class FakeAway:
    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.found = AwayView(None, desk.at, True, "70001", (), (), (), (), (), ())
        self.seen: list[datetime | None] = []

    def is_unseen(self) -> bool:
        return self.found.since is not None and not self.found.seen

    def view(self, since: datetime | None = None) -> AwayView:
        return self.found._replace(
            as_of=self._desk.at,
            refused=tuple(item for item in self._desk.blocked if item.state == "blocked"),
            asked=tuple(self._desk.asked),
            conflicts=tuple(self._desk.open_conflicts),
        )

    def saw(self, view: AwayView) -> None:
        self.seen.append(view.since)
        self.found = self.found._replace(seen=True)
