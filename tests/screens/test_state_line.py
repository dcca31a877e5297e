"""The warnings of the state line, and the same warnings in plain mode."""

from __future__ import annotations

from datetime import UTC, datetime

from sdrdesk.plain import words
from sdrdesk.screens.shell import status_text
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.cells import sides

VIEW = StatusView(
    owner="Rita",
    connection="online",
    detail="",
    data_age_s=10,
    unsent=0,
    blocked=0,
    conflicts=0,
    sla_percent=None,
    encrypted=True,
    encryption_note="",
    dials_today=0,
    meetings_today=0,
)


def test_marks_that_are_not_read_are_a_warning_until_the_field_is_chosen() -> None:
    unread = VIEW._replace(do_not_call_unread=True)
    assert "! do-not-call marks not read" in status_text.state(unread).plain
    assert "run sdrdesk setup" in words.status(unread)
    assert "do-not-call" not in status_text.state(VIEW).plain
    assert "do-not-call" not in words.status(VIEW)


def test_before_the_first_round_the_age_of_the_data_stands_alone() -> None:
    early = VIEW._replace(connection="never", data_age_s=3)
    assert status_text.state(early).plain.startswith("○ data 3s old · 0 unsent")
    assert "not synced yet" not in status_text.state(early).plain
    assert status_text.state(early).plain.count("data") == 1
    assert "○ not synced yet" in status_text.state(early._replace(data_age_s=None)).plain


def test_the_version_of_the_rules_is_whole_on_80_columns() -> None:
    busy = VIEW._replace(
        rules="rules 1a2b3c4", blocked=2, callbacks_due=3, unsent=12, do_not_call_unread=True
    )
    right = status_text.who_and_when(busy, datetime(2026, 11, 20, 14, 5, tzinfo=UTC))
    line = sides(status_text.state(busy), right, 78).plain
    assert "rules 1a2b3c4 · " in line
    assert line.endswith(right.plain)
