"""Effects of other rules on the leads of this machine: eligibility and order.

Every lead is judged by both sets in memory, fit and inferred persona too; nothing is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.lead.persona import Personas
from sdrdesk.domain.queue.eligibility import LABELS, exclusion_check
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.fit import FitPoints
from sdrdesk.domain.ranking.ranking import queue_key
from sdrdesk.domain.ranking.sharing import Share
from sdrdesk.rulebook import Rulebook
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import email_of
from sdrdesk.store.queue.candidates import candidates, facts
from sdrdesk.store.reports.lookups import every_lead, lead_names

TOP: Final = 50
"""Leads at the top of the queue whose places are compared."""
_NAMED: Final = 5
"""Most leads named in one line."""


@dataclass(frozen=True, slots=True)
class Population:
    """One machine's leads and rep."""

    db: Database
    now: datetime
    mine: frozenset[str] | None
    """Owner ids of the rep's leads; ``None``: everybody's."""
    share: Callable[[], Share | None] = lambda: None
    """The rep's part of the leads without an owner."""
    country: str = ""
    """For numbers without one."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """Another CRM's words for the lead statuses that ship."""

    def rules(self, folders: Sequence[Path]) -> Rulebook:
        """Return the rules in these folders, for this account."""
        book = Rulebook(folders, self.country)
        book.statuses = self.statuses
        book.email_of = partial(email_of, self.db)
        return book


@dataclass(frozen=True, slots=True)
class Effect:
    """The queue of this moment by both sets."""

    before: tuple[str, ...]
    """Ids of the callable leads in order, by the rules in force."""
    after: tuple[str, ...]
    kept_out: Mapping[str, tuple[int, int]]
    """Rule to the leads it keeps out, by the rules in force and by the others, where they differ.
    """
    names: Mapping[str, str]
    """Names of the leads that are listed."""

    @property
    def entering(self) -> tuple[str, ...]:
        """Leads that only the other rules let in, in their order."""
        return _without(self.after, self.before)

    @property
    def leaving(self) -> tuple[str, ...]:
        """Leads that only the rules in force let in."""
        return _without(self.before, self.after)

    @property
    def moved(self) -> int:
        """Number of the first leads with another place, not counting new ones."""
        places = {lead: place for place, lead in enumerate(self.before)}
        top = enumerate(self.after[:TOP])
        return sum(1 for place, lead in top if places.get(lead, place) != place)

    @property
    def new_at_the_top(self) -> tuple[str, ...]:
        """Those of the first leads that were not among the first."""
        return _without(self.after[:TOP], self.before[:TOP])

    def lines(self) -> Iterator[str]:
        """Yield the comparison for a terminal."""
        yield f"Queue now: {len(self.before)} → {len(self.after)} callable"
        for leads, words in ((self.entering, "Enter the queue"), (self.leaving, "Leave it")):
            if leads:
                yield f"  {words} ({len(leads)}): {self._listed(leads)}"
        for rule, (was, becomes) in self.kept_out.items():
            yield f"  Kept out ({LABELS[rule]}): {was} → {becomes}"
        of = min(TOP, len(self.after))
        if self.after[:TOP] == self.before[:TOP]:
            if of:
                yield f"  The first {of} stay as they are."
            return
        new = self.new_at_the_top
        yield f"  Other places among the first {of}: {self.moved}" + (
            f"; new there ({len(new)}): {self._listed(new)}" if new else ""
        )

    def to_json(self) -> dict[str, object]:
        """Return the comparison as in ``rules pull --json``."""
        return {
            "callable_before": len(self.before),
            "callable_after": len(self.after),
            "entering": list(self.entering),
            "leaving": list(self.leaving),
            "kept_out": {
                rule: {"before": was, "after": becomes}
                for rule, (was, becomes) in self.kept_out.items()
            },
            "top": TOP,
            "moved": self.moved,
            "new_at_the_top": list(self.new_at_the_top),
            "top_before": list(self.before[:TOP]),
            "top_after": list(self.after[:TOP]),
        }

    def _listed(self, leads: Sequence[str]) -> str:
        named = ", ".join(self.names.get(lead, lead) for lead in leads[:_NAMED])
        return named + (f" and {len(leads) - _NAMED} more" if len(leads) > _NAMED else "")


def effect_of(leads: Population, present: Sequence[Path], other: Sequence[Path]) -> Effect:
    """Return what the rules in other folders change about the queue of the present ones.

    Raises:
        TomlFileError: a file of either is wrong.
    """
    before, after = leads.rules(present), leads.rules(other)
    was, out_before = _order(leads, before, {})
    derived = _fits(leads.db, after) if after.fingerprint != before.fingerprint else {}
    becomes, out_after = _order(leads, after, derived)
    found = Effect(
        was,
        becomes,
        {
            rule: (out_before[rule], out_after[rule])
            for rule in LABELS
            if out_before[rule] != out_after[rule]
        },
        {},
    )
    told = (found.entering, found.leaving, found.new_at_the_top)
    named = {lead for some in told for lead in some[:_NAMED]}
    return replace(found, names=lead_names(leads.db, named))


def _order(
    leads: Population, book: Rulebook, fits: Mapping[str, int]
) -> tuple[tuple[str, ...], Counter[str]]:
    """Return the callable leads in order, and how many leads each rule keeps out."""
    mine, rules = leads.mine, book.rules
    told = facts(leads.db, None if mine is None else sorted(mine))
    if mine is not None and rules.unassigned:
        told = replace(told, share=leads.share())
    owners = None if mine is None else sorted(mine | {""} if rules.unassigned else mine)
    first = exclusion_check(rules, WindowClock(book.windows, leads.now), told)
    out: Counter[str] = Counter()
    some: list[Candidate] = []
    for item in candidates(leads.db, owners, now=leads.now, promised=True):
        if rule := first(item):
            out[rule] += 1
        else:
            fit = fits.get(item.lead_id, item.fit)
            some.append(item if fit == item.fit else replace(item, fit=fit))
    some.sort(key=queue_key(book.ranking, leads.now))
    return tuple(item.lead_id for item in some), out


def _fits(db: Database, book: Rulebook) -> dict[str, int]:
    """Return the fit of every lead by other rules, with the persona they infer."""
    points, personas = FitPoints(book.fit), Personas(book.personas)
    found = {}
    for lead in every_lead(db):
        persona = lead.persona if lead.extra.get("persona_value") else personas.of(lead)[0]
        found[lead.lead_id] = points.of(lead, persona)
    return found


def _without(some: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(lead for lead in some if lead not in known)
