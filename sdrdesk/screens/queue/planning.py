"""The queue planned for a moment, ordered by what closes first, and marked by conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sdrdesk.screens.queue.layout import WHOLE
from sdrdesk.screens.queue.news import QueueNews
from sdrdesk.services.views.queue import QueueSnapshot


class QueuePlanning(QueueNews):
    """The queue of another moment, in another order."""

    def action_plan(self) -> None:
        """Show the queue as it will be at a moment in words."""
        from sdrdesk.screens.lead.plan import ask_moment

        def then(moment: datetime | None) -> None:
            self._narrow = self._changed(as_of=moment)
            self.go_to_top()
            self.load()

        ask_moment(self, "Plan the queue for …", then)

    def action_closing(self) -> None:
        """Put what closes first on top, or go back to the order of the queue."""
        self._narrow = self._changed(closing_first=not self._snapshot.closing_first)
        self.go_to_top()
        self.load()

    def action_mark_by(self) -> None:
        """Mark all leads of the list that meet conditions in words."""
        from sdrdesk.screens.lead.plan import mark_by

        made = self._snapshot
        at = None if made.live else made.as_of
        mark_by(self, made.lead_ids, as_of=at, landing=self.place.landing)

    def plan_came(self, made: QueueSnapshot, narrow: tuple[str, str]) -> None:
        """Forget a planned moment that has come: the list is that of now again."""
        if narrow != self._narrow or "as of" not in narrow[1] or not made.live:
            return
        self._narrow = (narrow[0], made.where)
        if self._narrow == WHOLE:
            self.load()

    def _changed(self, **changes: datetime | bool | None) -> tuple[str, str]:
        """Return view and conditions with a changed plan."""
        # Loaded when a rep plans: the first row need not wait for it.
        from sdrdesk.domain.queue.plan import parse_plan

        view, where = self._narrow
        now = self.desk.now()
        plan = replace(parse_plan(where, UTC, now), **changes)  # type: ignore[arg-type]  # its fields
        return view, plan.words(now.astimezone().tzinfo or UTC)
