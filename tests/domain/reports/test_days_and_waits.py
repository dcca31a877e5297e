"""Days on a rep's clock, bands, callbacks, scripts, stages, and day files made into one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.reports.callbacks import PromisedCallback, callback_result
from sdrdesk.domain.reports.date_range import span
from sdrdesk.domain.reports.dials import CallTally
from sdrdesk.domain.reports.log_merge import Logged, merge
from sdrdesk.domain.reports.outcome_classifier import OutcomeClassifier, head_of
from sdrdesk.domain.reports.scripts import script_results
from sdrdesk.domain.reports.speed import band_of
from sdrdesk.domain.reports.stages import FunnelLead, LeadStage, stage_since, steps
from sdrdesk.domain.sla.targets import Stages
from tests.domain import shipped

DUBLIN, NEW_YORK = ZoneInfo("Europe/Dublin"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), DUBLIN, 23),
        (date(2026, 10, 25), DUBLIN, 25),
        (date(2026, 10, 25), NEW_YORK, 24),
        (date(2026, 11, 1), NEW_YORK, 25),
        (date(2026, 3, 8), NEW_YORK, 23),
        (date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"), 23),  # midnight itself is skipped
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, zone: ZoneInfo, hours: int) -> None:
    found = span(day, day, zone)
    assert found.end - found.start == timedelta(hours=hours)
    assert span(day + timedelta(days=1), day + timedelta(days=1), zone).start == found.end


def test_bad_date_ranges_are_refused() -> None:
    for first, last in ((date(2026, 2, 2), date(2026, 2, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(UsageError):
            span(first, last, DUBLIN)


def test_the_longest_wait_of_a_band_belongs_to_it() -> None:
    found = [band_of(s) for s in (0, 300, 300.1, 900, 3_600, 3_601, 86_400, 86_401)]
    assert found == ["0-5m", "0-5m", "5-15m", "5-15m", "15-60m", "1-24h", "1-24h", "24h+"]


def test_a_callback_is_kept_missed_or_open() -> None:
    promise = PromisedCallback("7", "501", NOW)

    def told(call_min: float | None, now_min: float) -> str:
        calls = [] if call_min is None else [NOW + timedelta(minutes=call_min)]
        return callback_result(promise, calls, NOW + timedelta(minutes=now_min), 900, 1_800)

    assert told(-15, 60) == "kept"
    assert told(30, 60) == "kept"
    assert told(-15.1, 60) == "missed"
    assert told(30.1, 60) == "missed"
    assert told(None, 30) == "open"
    assert told(None, 30.1) == "missed"


def test_a_call_has_only_certain_flags() -> None:
    classifier = OutcomeClassifier(parse_dispositions(shipped.data("dispositions")))
    connected = classifier.of("", "Connected")
    assert connected.name == "Connected"
    assert {flag.value for flag in connected.flags} == {"reached", "intended_person"}
    colleague = classifier.of("", "Connected", head_of("Meeting set · Ada · Engines"))
    assert colleague.name == "meeting_set"
    assert classifier.of("", "No answer", head_of("Meeting set · Ada")).name == "no_answer"
    assert head_of("Call with Ada") == ""
    assert classifier.of("meeting_set", "Connected", corrected=True).flags == frozenset()
    assert classifier.of("", "").name == ""


def test_scripts_are_compared_only_when_enough_calls_say_so() -> None:
    def made(connects: int, meetings: int) -> CallTally:
        return CallTally(dials=connects * 3, connects=connects, meetings_set=meetings)

    good, bad, thin = made(100, 40), made(100, 5), made(10, 10)
    found = {r.script_id: r for r in script_results({"good": good, "bad": bad, "thin": thin})}
    assert found["good"].ahead_of == ("bad",)
    assert found["bad"].ahead_of == ()
    assert found["thin"].ahead_of == ()
    assert found["thin"].to_json()["enough_calls"] is False


def test_the_funnel_counts_later_stages_as_having_passed() -> None:
    order = ["lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"]
    stands = [
        FunnelLead(stage, stage_since(stage, {stage: 5}, 5, order))
        for stage in ("lead", "mql", "mql", "sql", "customer", "evangelist", "other", "own thing")
    ]
    found = steps(stands, order, Stages("mql", "sql", "opportunity", "customer"))
    assert [(s.name, s.of_leads.hits, s.of_before.of) for s in found] == [
        ("Lead", 8, 8), ("MQL", 5, 8), ("SQL", 3, 5), ("Opportunity", 2, 3), ("Customer", 2, 2),
    ]  # fmt: skip
    without = steps(stands, order, Stages("mql", "", "opportunity", "customer"))
    assert [(s.name, s.of_before.of) for s in without][2] == ("Opportunity", 5)
    missing = steps(stands, ["lead", "mql"], Stages("mql", "", "gone", ""))
    assert [s.known for s in missing] == [True, True, False]


WAY = ["lead", "mql", "sql", "opportunity", "other"]


@pytest.mark.parametrize(
    ("stage", "entered", "told"),
    [
        ("sql", {"mql": 3, "sql": 11}, LeadStage("sql")),
        ("sql", {"mql": 12, "sql": 10}, LeadStage("sql")),  # entered in the moment it converted
        ("sql", {"mql": 1, "sql": 2}, LeadStage("", before=True)),
        # It was SQL before; what came after counts with everything below it.
        ("opportunity", {"sql": 2, "opportunity": 11}, LeadStage("opportunity")),
        ("sql", {"mql": 1}, LeadStage("", undated=True)),
        ("mql", {"mql": 11, "sql": 12}, LeadStage("mql")),  # set back
        ("other", {"sql": 12}, LeadStage()),
        ("their own", {"sql": 12}, LeadStage()),
    ],
)
def test_a_stage_counts_when_it_was_entered_since_the_conversion(
    stage: str, entered: dict[str, int], told: LeadStage
) -> None:
    assert stage_since(stage, entered, 10, WAY) == told


def test_the_funnel_shows_the_share_of_all_of_worked_and_of_matured_leads() -> None:
    won, cold, old = LeadStage("sql"), LeadStage(), LeadStage("", before=True)
    leads = [
        FunnelLead("sql", won),
        FunnelLead("sql", won, worked=False),
        FunnelLead("lead", cold, matured=False),
        FunnelLead("sql", old, worked=False, matured=False),
    ]
    step = steps(leads, WAY, Stages("", "sql", "", ""))[1]
    shares = (step.of_leads, step.of_worked, step.of_matured)
    assert [(s.hits, s.of) for s in shares] == [(2, 4), (1, 2), (2, 2)]
    assert step.before == 1


def logged(file: str, key: str, crm_id: str, state: str, **values: str) -> Logged:
    told = {
        "owner_id": "7", "lead_id": "501", "at": "2026-11-20T10:00:00Z", "disposition": "",
        "duration_s": "60", "note": "spoke", "kind": "call", "outcome": "Connected",
    }  # fmt: skip
    return Logged(file, key, crm_id, state, told | values)


def test_day_files_merge_and_list_their_disagreements() -> None:
    found = merge(
        [
            logged("rita", "k-1", "900", "sent", disposition="callback"),
            logged("rita", "k-2", "", "held", at="2026-11-20T09:00:00Z"),
            logged("omar", "call:900", "900", "crm", duration_s="61", note=" spoke "),
            logged("omar", "task:900", "900", "crm", kind="task"),
            logged("lead", "call:900", "900", "crm"),
        ]
    )
    assert [entry.activity_key for entry in found.activities] == ["k-2", "k-1", "task:900"]
    assert found.activities[1].values["disposition"] == "callback"
    assert [(d.activity_key, d.field) for d in found.disagreements] == [("k-1", "duration_s")]
    assert found.disagreements[0].told == (("rita", "60"), ("omar", "61"), ("lead", "60"))
    assert [entry.activity_key for entry in found.unsent] == ["k-2"]


def test_files_tied_together_only_by_a_third_are_one_activity() -> None:
    found = merge(
        [
            logged("a", "k-1", "", "sending"),
            logged("b", "call:900", "900", "crm"),
            logged("c", "k-1", "900", "sent"),
        ]
    )
    assert [(entry.activity_key, entry.crm_id) for entry in found.activities] == [("k-1", "900")]
    assert found.unsent == ()
