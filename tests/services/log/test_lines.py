"""The lines of a day are made when they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.outcome.catalog import Dispositions, Flag, parse_dispositions
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.views.log import LogEntry, LogLines, keys_of
from sdrdesk.store.database.database import Database
from tests.domain import shipped
from tests.store.filling import NOW, call_row, lead_row, put

OUTCOMES = parse_dispositions(shipped.data("dispositions"))
WITHOUT_LABEL = {
    key: replace(item, crm_outcome="") if item.note == "handoff" else item
    for key, item in OUTCOMES.items()
}


def entry(key: str) -> LogEntry:
    return LogEntry(key, "", "7", "Ada", "501", "Bo", NOW, "", "", 0, "", "crm")


def test_only_what_is_read_is_made() -> None:
    made: list[int] = []

    def make(at: int) -> LogEntry:
        made.append(at)
        return entry(f"call:{at}")

    lines = LogLines([f"call:{at}" for at in range(5_000)], make)
    assert (len(lines), list(keys_of(lines))[-1], made) == (5_000, "call:4999", [])
    assert [lines[at].activity_key for at in (3, 4_999)] == ["call:3", "call:4999"]
    assert made == [3, 4_999]
    assert [line.activity_key for line in lines] == list(keys_of(list(lines)))
    assert len(made) == 5_002, "all of them once"
    assert [line.activity_key for line in lines[4_998:]] == ["call:4998", "call:4999"]
    assert lines == LogLines(lines.keys, lambda at: entry(f"call:{at}"))
    assert lines != LogLines(lines.keys[:1], lambda at: entry(f"call:{at}"))


def test_lines_agree_with_their_keys_when_meetings_come_in_between(db: Database) -> None:
    put(db, lead_row("501"))
    for number, kind in (("1", "call"), ("2", "meeting"), ("3", "call")):
        at = NOW + timedelta(minutes=int(number))
        put(
            db,
            call_row(
                "501", at, activity_key=f"{kind}:{number}", crm_id=number, kind=kind, owner_id="8"
            ),
        )
    log = TeamLog(db, OUTCOMES, ZoneInfo("UTC"), clock=lambda: NOW + timedelta(hours=1))
    lines = log.day(NOW.date(), "all").activities
    assert len(lines) == 3
    one_by_one = [lines[at] for at in range(3)]
    assert [line.activity_key for line in one_by_one] == list(keys_of(lines))
    assert one_by_one == list(lines)


@pytest.mark.parametrize("outcomes", [OUTCOMES, WITHOUT_LABEL])
def test_a_call_with_any_other_label_has_no_such_flags(outcomes: Dispositions) -> None:
    classifier = OutcomeClassifier(outcomes)
    wanted = {Flag.MEETING, Flag.REACHED}
    labels = classifier.labels(lambda flags: bool(flags & wanted))
    assert "Connected" in labels
    assert "No answer" not in labels
    heads = ["", *(item.label for item in outcomes.values())]
    for label in ("", "Other", *(item.crm_outcome for item in outcomes.values())):
        with_flags = [h for h in heads if classifier.of("", label, h).flags & wanted]
        assert not with_flags or label in labels
