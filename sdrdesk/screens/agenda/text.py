"""The agenda as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from textual.content import Content

from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.humanize import day_words, moment_words, plural, span_words
from sdrdesk.services.agenda.service import AgendaItem
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.line_list import Line

ORIGINS = {
    "sdrdesk": "",
    "crm": "a call task of the CRM",
    "automation": "a call task by an automation of the CRM",
    "no_show": "a missed meeting",
}
ASK = "1 held · 2 no-show · 3 moved · 4 cancelled"
TASK = "1 done · 2 move"
_GLYPHS = {"callback": "☎", "meeting": "★", "email": "✉", "todo": "□"}
_NAMES = {"callback": "callback", "email": "e-mail", "todo": "to-do", "meeting": "meeting"}


_ASKED = f"What became of it?  {ASK}"


def lines(items: Sequence[AgendaItem], now: datetime) -> list[Line]:
    """Return the items under a heading per day, in the rep's own time."""
    found: list[Line] = []
    day = ""
    for item in sorted(items, key=lambda item: not item.ask):
        heading = _heading(item, now)
        if heading != day:
            day = heading
            found.append(Line("", Content.styled(f" {heading}", "bold $accent")))
        found.append(Line(item.row.key, _line(item, now)))
    return found


def _heading(item: AgendaItem, now: datetime) -> str:
    if item.ask:
        return _ASKED
    return "Overdue" if item.late else _day(item.at.astimezone().date(), now)


def _day(day: date, now: datetime) -> str:
    today = now.astimezone().date()
    words = {today: "Today", today + timedelta(days=1): "Tomorrow"}.get(day, "")
    return f"{words} · {day_words(day)}" if words else day_words(day)


def _line(item: AgendaItem, now: datetime) -> Content:
    row, local = item.row, item.at.astimezone()
    # Below "Overdue", the day matters more than the hour.
    earlier = item.late and local.date() != now.astimezone().date()
    at = day_words(local) if earlier else f"{local:%H:%M}"
    return Content.assemble(
        f" {_GLYPHS[row.kind]} {fit(at, 10)} ",
        (fit(row.name, 20), "bold"),
        f" {fit(row.company, 18)} {fit(who(item), 8)} ",
        (row.note, MUTED),
    )


def who(item: AgendaItem) -> str:
    """Return whose it is: ``mine``, ``team``, or the colleague's name."""
    if item.whose == "colleague":
        return item.row.owner or f"owner {item.row.owner_id}"
    return item.whose


def counts(items: Sequence[AgendaItem]) -> str:
    """Return ``3 callbacks (1 overdue) · 1 meeting``."""
    parts = []
    for kind, name in _NAMES.items():
        these = [item for item in items if item.row.kind == kind]
        late = sum(item.late and not item.ask for item in these)
        over = f" ({late} overdue)" if late else ""
        if these:
            parts.append(f"{len(these)} {plural(len(these), name)}{over}")
    return " · ".join(parts) or "nothing"


def detail(item: AgendaItem, now: datetime) -> Content:
    """Return three lines about the item under the cursor."""
    row = item.row
    company = f" · {row.company}" if row.company else ""
    span = span_words(abs((item.at - now).total_seconds()))
    late = f"{span} ago" if item.ask else f"{span} late"
    when = f"{moment_words(item.at.astimezone())}, {late if item.late else f'in {span}'}"
    if zone := zone_info(row.zone):
        when += f" · {item.at.astimezone(zone):%H:%M} their time"
    keeper = {"mine": "yours", "team": "anybody of the team may keep it"}
    whose = keeper.get(item.whose, f"promised by {who(item)}")
    if item.ask:
        whose = f"what became of it? {ASK}"
    origin = ORIGINS[row.origin] if row.kind == "callback" else ""
    if row.kind in ("email", "todo"):
        origin = f"{'an e-mail' if row.kind == 'email' else 'a to-do'} task of the CRM: {TASK}"
    from_where = f" · {origin}" if origin else ""
    return Content("\n").join(
        [
            Content.assemble((row.name, "bold"), company),
            Content(f"{when} · {whose}{from_where}"),
            Content.styled(row.note, MUTED),
        ]
    )
