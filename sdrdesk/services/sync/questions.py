"""Questions about outcomes for leads that somebody moved, deleted or qualified meanwhile.

One list, asked about once. The answers: write it all the same, hand it over as a note, drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.text.humanize import moment_words, option_words
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.sync.item_text import item_words
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import labels_of, owners
from sdrdesk.store.outbox import questions
from sdrdesk.store.outbox.questions import Answer, QuestionRow, Reason
from sdrdesk.store.reports.lookups import lead_names


class QuestionView(NamedTuple):
    """One question: the items of an outcome, or everything that waits for a lead that is gone."""

    key: str
    """Of its first item: names the question."""
    keys: tuple[str, ...]
    lead_id: str
    lead_name: str
    reason: Reason
    became: str
    """The lead's change, in words."""
    what: tuple[str, ...]
    """The items' effect, in words."""
    facts: int
    """Number of them that tell what happened; these go out when the rest is handed over."""
    recorded_at: datetime
    """Aware UTC."""
    is_hidden: bool = False
    """True if the CRM does not show the lead any more: it was deleted, or taken away."""

    @property
    def takes_note(self) -> bool:
        """True if it can be handed over: there is a lead, and something to hand over."""
        return not self.is_hidden and self.facts < len(self.keys)


class Answered(NamedTuple):
    """The effect of an answer."""

    questions: int
    items: int


class QuestionService:
    """Lists the questions and carries out the answers."""

    def __init__(self, db: Database, clock: Clock, me: Callable[[], Owner | None]) -> None:
        self._db = db
        self._clock = clock
        self._me = me

    def open(self) -> list[QuestionView]:
        """Return the open questions: leads that moved, were qualified, were deleted."""
        rows = questions.open_questions(self._db)
        groups: dict[str, list[QuestionRow]] = {}
        for row in rows:
            groups.setdefault(questions.group_of(row), []).append(row)
        names = lead_names(self._db, {row.lead_id for row in rows})
        names_of = self._owners()
        labels = self._labels()
        found = [
            QuestionView(
                key=group[0].key,
                keys=tuple(row.key for row in group),
                lead_id=group[0].lead_id,
                lead_name=names.get(group[0].lead_id, f"lead {group[0].lead_id}"),
                reason=group[0].reason,
                became=_became(group[0], names_of, labels),
                what=tuple(item_words(row.kind, row.payload, labels) for row in group),
                facts=sum(row.kind in questions.FACTS for row in group),
                recorded_at=group[0].recorded_at,
                is_hidden=group[0].is_hidden,
            )
            for group in groups.values()
        ]
        return sorted(found, key=lambda q: (_ORDER.index(q.reason), q.recorded_at, q.key))

    def answer(self, keys: Sequence[str], how: Answer) -> Answered:
        """Answer questions, each named by the beginning of a key of its items.

        A question is answered as a whole; several in one transaction.

        Raises:
            NotFoundError: a key names no open question, or several.
            UsageError: a note was asked for where none can be written; nothing was changed.
        """
        asked = self.open()
        chosen = list(dict.fromkeys(self._named(asked, key) for key in keys))
        if how == "note" and (unable := [q for q in chosen if not q.takes_note]):
            gone, deleted = unable[0].is_hidden, unable[0].reason == "deleted"
            lead = "a deleted lead" if deleted else f"a lead that {CRM_NAME} does not show you"
            again = "is restored" if deleted else "is yours again"
            raise UsageError(
                f"{unable[0].lead_name}: "
                + (f"{lead} takes no note." if gone else "there is nothing to hand over."),
                kept="Nothing was changed.",
                next_step=f"Drop it, or write it when the lead {again}."
                if gone
                else "Write it: it only tells what happened.",
            )
        items = [key for question in chosen for key in question.keys]
        done = questions.answer(self._db, items, how, self._clock(), self._handover) if items else 0
        return Answered(len(chosen), done)

    def _named(self, asked: Sequence[QuestionView], key: str) -> QuestionView:
        found = [q for q in asked if key and any(own.startswith(key) for own in q.keys)]
        if len(found) != 1:
            raise NotFoundError(
                f"No open question has the key {key}."
                if not found
                else f"{len(found)} questions have keys that begin with {key}.",
                kept="Nothing was changed.",
                next_step="`sdrdesk outbox questions --json` lists whole keys.",
            )
        return found[0]

    def _owners(self) -> dict[str, str]:
        return {owner.owner_id: owner.name for owner in owners(self._db)}

    def _labels(self) -> dict[str, dict[str, str]]:
        return labels_of(self._db, "lifecycle", "status", "owner_id")

    def _handover(self, rows: Sequence[QuestionRow]) -> dict[str, object]:
        """Return the note: who recorded what, when, and that nothing of it was changed."""
        me, labels = self._me(), self._labels()
        lines = [
            f"Hand-over from {me.name if me else 'a sales rep'}, recorded "
            f"{moment_words(rows[0].recorded_at)}. "
            f"Since then: {_became(rows[0], self._owners(), labels)}.",
            "Not carried out, for you to decide:",
            *(f"- {item_words(row.kind, row.payload, labels, UTC)}" for row in rows),
            "Times are UTC.",
        ]
        return {
            "at": iso(self._clock()),
            "body": "\n".join(lines),
            "owner_id": me.owner_id if me else "",
        }


_ORDER: tuple[Reason, ...] = ("moved", "qualified", "deleted")


def _became(row: QuestionRow, names: dict[str, str], labels: dict[str, dict[str, str]]) -> str:
    if row.reason == "moved" and row.is_hidden:
        return f"taken away in {CRM_NAME}: it is another rep's now"
    if row.reason == "moved":
        return f"moved to {one_line(names.get(row.owner_id, '')) or f'owner {row.owner_id}'}"
    if row.reason == "qualified":
        stage = labels["lifecycle"].get(row.lifecycle, "") or option_words(row.lifecycle)
        return f"qualified as {one_line(stage)} by somebody"
    return f"deleted in {CRM_NAME}"
