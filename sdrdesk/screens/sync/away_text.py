"""While you were away, as lines."""

from __future__ import annotations

from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.text.humanize import moment_words, span_words
from sdrdesk.screens.sync.text import conflict_line, heading, refused_line, summary_line
from sdrdesk.services.sync.away import AwayView
from sdrdesk.services.sync.away_text import NEWS, caller, news_words, sent_words
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.line_list import Line


def title(view: AwayView) -> str:
    """Return since when: ``· since Thu 26 Nov 08:10, 6h``."""
    if view.since is None:
        return "· no half hour without a sync"
    span = span_words((view.as_of - view.since).total_seconds())
    return f"· since {moment_words(view.since.astimezone())}, {span}"


def lines(view: AwayView) -> list[Line]:
    """Return the page: needs you, promises, leads, calls, sent."""
    now = view.as_of
    found = [heading("Needs you", view.needs_you, "nothing refused, no conflicts")]
    found += summary_line(view.asked)
    found += [Line(item.key, refused_line(item)) for item in view.refused]
    found += [Line(item.key, conflict_line(item)) for item in view.conflicts]
    if view.promises:
        found.append(heading("Promises that passed", len(view.promises), ""))
    for promise in view.promises:
        late = span_words((now - promise.at).total_seconds())
        text = Content.assemble(
            (f" ☎ due {fit(late, 6)} ", "bold $accent"),
            fit(promise.row.name, 20),
            f" {fit(promise.row.company, 18)} ",
            (promise.row.note, MUTED),
        )
        found.append(Line(f"promise:{promise.row.key}", text))
    if view.leads:
        found.append(heading("Leads", len(view.leads), ""))
    for row in view.leads:
        text = Content.assemble(
            f" {fit(NEWS[row.kind], 15)} ", fit(row.name, 20), " ", (news_words(row, now), MUTED)
        )
        found.append(Line(f"{row.kind}:{row.lead_id}", text))
    if view.calls:
        found.append(heading("Calls not made here", len(view.calls), ""))
    for place, call in enumerate(view.calls):
        said = " · ".join(part for part in (call.outcome, call.note) if part)
        at = f"{moment_words(call.at.astimezone())}"
        text = Content.assemble(
            f" {fit(at, 16)} ", fit(caller(call, view.me), 16), fit(f" {call.name}", 20),
            (f" {said}", MUTED),
        )  # fmt: skip
        found.append(Line(f"call:{place}", text))
    found.append(heading("Sent", 0, sent_words(view)))
    return found


def lead_ids(view: AwayView) -> dict[str, str]:
    """Return the lead of each line, by the line's key."""
    found = {item.key: item.lead_id for item in view.refused}
    found |= {conflict.key: conflict.lead_id for conflict in view.conflicts}
    found |= {f"promise:{item.row.key}": item.row.lead_id for item in view.promises}
    found |= {f"{row.kind}:{row.lead_id}": row.lead_id for row in view.leads}
    found |= {f"call:{place}": call.lead_id for place, call in enumerate(view.calls)}
    return {key: lead_id for key, lead_id in found.items() if lead_id}


def can_be_called(key: str) -> bool:
    """Return whether a line is about somebody the rep may want to call now."""
    return key.partition(":")[0] in ("promise", "converted", "new")


def usual(view: AwayView) -> Content:
    """Return the line shown while no other says more."""
    if view.is_empty:
        words = f"Nothing needs you, and nobody changed your leads in {CRM_NAME}."
    else:
        words = "Escape goes on to the queue; * on the sync screen (3) shows this again."
    return Content.styled(words, MUTED)
