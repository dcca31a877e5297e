"""Title line and state line, the same on every screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.text.humanize import plural, span_words
from sdrdesk.services.views.sync import StatusView

_CONNECTION: dict[str, tuple[str, str, str]] = {
    "online": ("●", "online", "$text-success"),
    "syncing": ("◌", "syncing", "$text-primary"),
    "offline": ("○", "offline", "$text-warning"),
    "unavailable": ("○", "{crm}{cause}", "$text-warning"),
    "never": ("○", "not synced yet", "$text-warning"),
    "refused": ("!", "{key} refused", "$text-error"),
    "stranger": ("!", "wrong account", "$text-error"),
    "failed": ("!", "sync failed", "$text-error"),
    "none": ("○", "no account", "$text-warning"),
}


def title(where: str, detail: str) -> Content:
    """Return the left of the title line."""
    return Content.assemble(("sdrdesk", "bold $accent"), "  ", (where, "bold"), " ", detail)


def day_so_far(status: StatusView) -> Content:
    """Return the right of the title line: the day's totals."""
    dials, meetings = status.dials_today, status.meetings_today
    return Content(
        f"{dials} {plural(dials, 'dial')} · {meetings} {plural(meetings, 'meeting')} today"
    )


def connection(status: StatusView) -> Content:
    """Return the connection as glyph, word and colour.

    Before the first round of this start, it is the age of the data, if there is any.
    """
    glyph, word, color = _CONNECTION[status.connection]
    cause = f": {status.cause}" if status.cause else " not available"
    word = word.format(key=CRM_NAME.key, crm=CRM_NAME, cause=cause)
    if status.connection == "refused" and status.cause:
        word = status.cause
    if _says_age(status) and status.data_age_s is not None:
        word = f"data {span_words(status.data_age_s)} old"
    return Content.styled(f"{glyph} {word}", color)


def _says_age(status: StatusView) -> bool:
    return status.connection == "never" and status.data_age_s is not None


def state(status: StatusView) -> Content:
    """Return the left of the state line: connection, unsent items, age of data, SLA."""
    parts = [connection(status)]
    if status.blocked or status.conflicts:
        need = status.blocked + status.conflicts
        word = "needs" if need == 1 else "need"
        parts.append(Content.styled(f"! {need} {word} you (3)", "bold $text-error"))
    if status.cause and status.connection == "online":
        parts.append(Content.styled(f"! {status.cause} (3)", "bold $text-error"))
    parts += _warnings(status)
    if status.callbacks_due:
        parts.append(Content.styled(f"☎ {status.callbacks_due} due", "bold $accent"))
    if status.next_callback_at is not None:
        parts.append(Content(f"☎ next {status.next_callback_at.astimezone():%H:%M}"))
    if status.do_not_call_unread:
        parts.append(Content.styled("! do-not-call marks not read", "$text-warning"))
    parts.append(Content(f"{status.unsent} unsent"))
    if status.data_age_s is not None and not _says_age(status):
        parts.append(Content(f"data {span_words(status.data_age_s)} old"))
    if status.sla_percent is not None:
        parts.append(Content(f"SLA {status.sla_percent} %"))
    return Content(" · ").join([*parts, *_about(status)])


def _warnings(status: StatusView) -> Iterator[Content]:
    if status.rules_problem:
        yield Content.styled("! last good files", "bold $text-error")
    if status.clock_off:
        yield Content.styled(f"! clock {status.clock_off}", "bold $text-warning")


def _about(status: StatusView) -> Iterator[Content]:
    if status.demo:
        yield Content.styled("demo", "$text-secondary")
    elif not status.encrypted:
        yield Content.styled("! not encrypted", "$text-warning")


def who_and_when(status: StatusView, now: datetime) -> Content:
    """Return the right of the state line: version of the rules, the rep and their local time.

    The right is never cut, so the version is read on 80 columns too.
    """
    clock = f"{now.astimezone():%H:%M}"
    return Content(" · ".join(part for part in (status.rules, status.owner, clock) if part))
