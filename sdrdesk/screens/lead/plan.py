"""The dialogs that plan: for which moment, and which leads to mark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.shell.dialogs import TextModal
from sdrdesk.widgets.lead_list import LeadList

if TYPE_CHECKING:
    from sdrdesk.screens.lead.actions import LeadActions

_LONGEST = 200


def ask_moment(screen: LeadActions, title: str, then: Callable[[datetime | None], object]) -> None:
    """Ask for a moment in words; call ``then`` with it, or with ``None`` for now.

    The moment is remembered as the landing, for "closes before I land".
    """

    def answered(text: str | None) -> None:
        if text:
            screen.read("plan.moment", lambda: screen.desk.views.moment(text), chosen)
        elif text is not None:
            then(None)

    def chosen(moment: datetime) -> None:
        screen.place.landing = moment
        then(moment)

    keys = "your time, unless you name a zone · ⏎ show (empty: now) · esc back"
    modal = TextModal(
        screen.place,
        title,
        keys,
        example="tomorrow 18:00 Lisbon",
        longest=_LONGEST,
        may_be_empty=True,
        means=screen.desk.views.moment_words,
    )
    screen.app.push_screen(modal, answered)


def mark_by(
    screen: LeadActions,
    lead_ids: Sequence[str],
    *,
    as_of: datetime | None = None,
    landing: datetime | None = None,
) -> None:
    """Ask for conditions in words and mark the leads of a list that meet them.

    Args:
        screen: has the list.
        lead_ids: its leads.
        as_of: the moment the list is planned for, ``None`` for now.
        landing: what "I land" means, ``None`` when no moment was planned.
    """

    def answered(text: str | None) -> None:
        if not text:
            return
        match = screen.desk.views.match
        screen.read(
            "plan.match", lambda: match(lead_ids, text, as_of=as_of, landing=landing), found
        )

    def found(ids: frozenset[str]) -> None:
        screen.query_one(LeadList).mark_these(ids)
        count = len(ids)
        leads = plural(len(lead_ids), "lead")
        screen.say(Content(f"{count} of {len(lead_ids)} {leads} meet that and are marked"))

    modal = TextModal(
        screen.place,
        "Mark all leads whose …",
        "conditions as in a view, with commas between them · ⏎ mark · esc back",
        example="window closes before I land, fit at least 60",
        longest=_LONGEST,
    )
    screen.app.push_screen(modal, answered)
