"""Saved views and filters: the queue narrowed, its order kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sdrdesk.clock import Clock
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.place.regions import country_to_region
from sdrdesk.domain.queue.filters import SHOWN, LeadFilter, SavedView, parse_words
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.desk import QueueSnapshot, ViewChoice
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.queue.filters import ids_that_match, known_personas

_BUILT_IN = {
    "callable": "Callable now",
    "callback": "Callbacks due",
    "new": "Callable, not called since they converted",
    "retry": "Callable, called before",
    "reengaged": "Callable, converted again",
    "resting": "Resting: come back automatically",
    "all": "All your leads",
}

Snapshot = Callable[[str, datetime | None, str], QueueSnapshot]
"""(find, as of, one of ``SHOWN``) to the ranked queue."""


class ViewService:
    """Narrows the queue to a saved view, to conditions in words, or to both.

    Args:
        db: the database.
        rulebook: holds the team's views.
        snapshot: ranks the queue.
        shown_among: returns the leads of a list that are in one of ``SHOWN`` now.
        clock: present moment, aware.
    """

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        snapshot: Snapshot,
        shown_among: Callable[[Sequence[str], str], frozenset[str]],
        clock: Clock,
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._snapshot = snapshot
        self._shown_among = shown_among
        self._clock = clock

    def choices(self) -> list[ViewChoice]:
        """Return every view by name: the built-in ones, then the team's."""
        own = self._rules.views.values()
        return [
            *(ViewChoice(name, _BUILT_IN[name], "") for name in SHOWN),
            *(ViewChoice(view.name, view.text, view.filter.words) for view in own),
        ]

    def queue(
        self,
        view: str = "callable",
        where: str = "",
        *,
        find: str = "",
        as_of: datetime | None = None,
    ) -> QueueSnapshot:
        """Return the queue of a view, narrowed by ``where`` too.

        Raises:
            UsageError: there is no such view, or ``where`` is not understood.
        """
        chosen = self._view(view)
        made = self._snapshot(find, as_of, chosen.shows)
        kept = made.lead_ids
        for wanted in (chosen.filter, parse_words(where)):
            if wanted != LeadFilter():
                ids = ids_that_match(self._db, self._exact(wanted), made.as_of)
                kept = tuple(lead_id for lead_id in kept if lead_id in ids)
        name = ", ".join(part for part in (view if view != "callable" else "", where) if part)
        return made._replace(lead_ids=kept, view=name or "callable")

    def among(self, view: str, lead_ids: Sequence[str]) -> frozenset[str]:
        """Return the leads of a list that are in a view now, without reading others.

        Raises:
            UsageError: there is no such view.
        """
        chosen = self._view(view)
        ids = self._shown_among(lead_ids, chosen.shows)
        if not ids or chosen.filter == LeadFilter():
            return ids
        return ids_that_match(self._db, self._exact(chosen.filter), self._clock(), ids)

    def known(self, name: str) -> None:
        """Check that a view of that name exists. Raises UsageError."""
        self._view(name)

    def _view(self, name: str) -> SavedView:
        if name in SHOWN:
            return SavedView(name, _BUILT_IN[name], name)
        own = self._rules.views
        if name not in own:
            raise UsageError(
                f"There is no view {name!r}{suggest(name, [*SHOWN, *own])}.",
                next_step="`sdrdesk views` lists them.",
            )
        return own[name]

    def _exact(self, wanted: LeadFilter) -> LeadFilter:
        """Return ``wanted`` with the values that the store compares."""
        return replace(
            wanted,
            personas=self._personas(wanted.personas),
            countries=tuple(country_to_region(name) or name.upper() for name in wanted.countries),
            owners=tuple(self._owner(name) for name in wanted.owners),
        )

    def _personas(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        known = {label.casefold(): label for label in known_personas(self._db)} if labels else {}
        for label in labels:
            if known and label.casefold() not in known:
                names = list(known.values())
                raise UsageError(f"No lead here has the persona {label!r}{suggest(label, names)}.")
        return tuple(known.get(label.casefold(), label) for label in labels)

    def _owner(self, name: str) -> str:
        owner = owner_by(self._db, name)
        if owner is None:
            raise UsageError(f"No rep is known as {name!r}.", next_step="Use an id or an e-mail.")
        return owner.owner_id
