"""Live events: repeatable, frequent by day, and made of valid writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sdrdesk.sandbox.world import account, generate
from sdrdesk.sandbox.world.live import LiveEvent, LiveKind, LiveWorld
from tests.sandbox.world.made import HOUR_MS, NOW_MS, ms_of

MIDNIGHT = int(datetime(2026, 11, 19, tzinfo=UTC).timestamp() * 1000)
SUNDAY = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp() * 1000)
ENGAGEMENTS = {"calls", "tasks", "meetings"}


class Account:
    """A plain store that applies the writes of live events."""

    def __init__(self, leads: int = 200) -> None:
        self.rows: dict[str, dict[str, dict[str, str]]] = {}
        for record in generate(7, leads, NOW_MS, 5.0).records:
            self.rows.setdefault(record.type, {})[record.id] = record.properties
        self.links: list[tuple[str, str, str, str, int]] = []
        self._next = 5_000_000

    def ids(self, object_type: str) -> Sequence[str]:
        return list(self.rows.get(object_type, {}))

    def properties(self, object_type: str, record_id: str) -> Mapping[str, str]:
        return self.rows[object_type][record_id]

    def apply(self, event: LiveEvent) -> None:
        made: dict[str, str] = {}
        for write in event.writes:
            rows = self.rows.setdefault(write.object_type, {})
            if write.record_id is not None:
                rows[write.record_id].update(write.properties)
                continue
            self._next += 1
            new_id = str(self._next)
            rows[new_id] = dict(write.properties)
            if write.ref:
                made[f"@{write.ref}"] = new_id
            for link in write.links:
                to_id = made.get(link.to_id, link.to_id)
                assert to_id in self.rows[link.to_type]
                self.links.append((write.object_type, new_id, link.to_type, to_id, link.type_id))


def _run(
    store: Account, start: int, hours: float, step_s: int = 60, seed: int = 7
) -> list[LiveEvent]:
    live = LiveWorld(seed, store, start)
    events: list[LiveEvent] = []
    for passed in range(step_s, int(hours * 3600) + 1, step_s):
        for event in live.tick(start + passed * 1000):
            store.apply(event)
            events.append(event)
    return events


def test_equal_accounts_live_equal_days() -> None:
    first, second = _run(Account(), MIDNIGHT, 24), _run(Account(), MIDNIGHT, 24)
    assert first == second
    assert first != _run(Account(), MIDNIGHT, 24, seed=8)


def test_ticking_more_often_changes_nothing_where_nothing_is_written() -> None:
    store = Account()
    often, seldom = LiveWorld(7, store, MIDNIGHT), LiveWorld(7, store, MIDNIGHT)
    many = [e for s in range(0, 36_001, 17) for e in often.tick(MIDNIGHT + s * 1000)]
    assert many == seldom.tick(MIDNIGHT + 36_000_000)
    assert many


def test_time_does_not_run_twice_or_backwards() -> None:
    live = LiveWorld(7, Account(), MIDNIGHT)
    assert live.tick(MIDNIGHT + 12 * HOUR_MS)
    assert live.tick(MIDNIGHT + 12 * HOUR_MS) == []
    assert live.tick(MIDNIGHT + 3 * HOUR_MS) == []
    assert live.tick(MIDNIGHT + 12 * HOUR_MS + 30_000) == []


def test_a_week_asleep_is_not_made_up_for() -> None:
    live = LiveWorld(7, Account(), MIDNIGHT)
    events = live.tick(MIDNIGHT + 7 * 24 * HOUR_MS)
    assert events
    assert min(e.at_ms for e in events) >= MIDNIGHT + 6 * 24 * HOUR_MS


def test_a_working_day_has_the_shape_of_one() -> None:
    events = _run(Account(), MIDNIGHT, 24)
    kinds = Counter(e.kind for e in events)
    arrived = kinds[LiveKind.NEW_LEAD] + kinds[LiveKind.RECONVERSION]
    assert 60 <= arrived <= 140
    assert kinds[LiveKind.NEW_LEAD] > kinds[LiveKind.RECONVERSION] > 10
    assert kinds[LiveKind.CALL] >= 50
    assert kinds[LiveKind.EDIT] >= 15
    hours = Counter((e.at_ms - MIDNIGHT) // HOUR_MS for e in events)
    assert sum(hours[h] for h in range(9, 18)) > 5 * sum(hours[h] for h in range(6))
    assert events == sorted(events, key=lambda e: e.at_ms)


def test_no_calls_on_a_sunday_but_people_still_convert() -> None:
    kinds = Counter(e.kind for e in _run(Account(), SUNDAY, 24))
    assert kinds[LiveKind.CALL] == kinds[LiveKind.EDIT] == 0
    assert 10 <= kinds[LiveKind.NEW_LEAD] + kinds[LiveKind.RECONVERSION] <= 60


def test_new_leads_have_an_owner_a_firm_and_a_submission() -> None:
    store = Account()
    events = [e for e in _run(store, MIDNIGHT, 24) if e.kind is LiveKind.NEW_LEAD]
    owners: Counter[str | None] = Counter()
    mails = set()
    for event in events:
        contact = event.writes[-1]
        owners[contact.properties.get("hubspot_owner_id")] += 1
        mails.add(contact.properties["email"])
        assert contact.properties["hs_lead_status"] == "NEW"
        assert ms_of(contact.properties["recent_conversion_date"]) == event.at_ms
        assert event.submission is not None
        assert event.submission["submittedAt"] == event.at_ms
        assert {link.type_id for link in contact.links} == {1, 279}
    assert len(mails) == len(events)
    assert owners[account.RITA] >= len(events) * 0.4
    known = {p["email"] for p in Account().rows["contacts"].values()}
    assert not mails & known


def test_domains_of_new_firms_are_new() -> None:
    store = Account()
    before = {p["domain"] for p in store.rows["companies"].values()}
    made = [
        w.properties["domain"]
        for e in _run(store, MIDNIGHT, 24)
        for w in e.writes
        if w.object_type == "companies" and w.record_id is None
    ]
    assert made
    assert not before & set(made)
    assert len(set(made)) == len(made)


def test_a_reconversion_counts_up() -> None:
    store = Account()
    before = {id_: dict(p) for id_, p in store.rows["contacts"].items()}
    event = next(e for e in _run(store, MIDNIGHT, 12) if e.kind is LiveKind.RECONVERSION)
    (write,) = event.writes
    assert write.record_id is not None
    old = int(before[write.record_id].get("num_conversion_events", "0"))
    assert write.properties["num_conversion_events"] == str(old + 1)


def test_only_colleagues_work_and_only_where_they_may() -> None:
    store = Account()
    flagged = {i for i, p in store.rows["contacts"].items() if p.get("do_not_call_phone") == "true"}
    live = LiveWorld(7, store, MIDNIGHT)
    outcomes: Counter[str] = Counter()
    for minute in range(24 * 60):
        for event in live.tick(MIDNIGHT + minute * 60_000):
            if event.kind in (LiveKind.CALL, LiveKind.EDIT, LiveKind.TASK_DONE):
                assert event.owner_id in {account.OMAR, account.LUCIA, account.TOMASZ}
            if event.kind is LiveKind.CALL:
                outcomes[event.summary.rsplit(" ", 1)[1]] += 1
                called = {k.to_id for w in event.writes for k in w.links if k.to_type == "contacts"}
                assert not called & flagged
            store.apply(event)
    assert len(outcomes) >= 4


def test_calls_are_logged_with_the_right_associations() -> None:
    store = Account()
    _run(store, MIDNIGHT, 24)
    kinds = {(a, b, t) for a, _, b, _, t in store.links if a in ENGAGEMENTS}
    assert ("calls", "contacts", 194) in kinds
    assert kinds <= {
        ("calls", "contacts", 194),
        ("calls", "companies", 182),
        ("tasks", "contacts", 204),
        ("tasks", "companies", 192),
        ("meetings", "contacts", 200),
        ("meetings", "companies", 188),
    }


def test_an_attempt_never_lowers_a_lead() -> None:
    store = Account()
    live = LiveWorld(7, store, MIDNIGHT)
    raised = {"IN_PROGRESS", "CONNECTED", "BAD_TIMING", "UNQUALIFIED", "OPEN_DEAL"}
    for minute in range(24 * 60):
        for event in live.tick(MIDNIGHT + minute * 60_000):
            for write in event.writes:
                if event.kind is LiveKind.CALL and write.object_type == "contacts":
                    assert write.record_id is not None
                    before = store.rows["contacts"][write.record_id].get("hs_lead_status")
                    after = write.properties.get("hs_lead_status")
                    assert not (after == "ATTEMPTED_TO_CONTACT" and before in raised)
            store.apply(event)


def test_an_empty_account_gives_no_error() -> None:
    class Empty:
        def ids(self, object_type: str) -> Sequence[str]:
            return []

        def properties(self, object_type: str, record_id: str) -> Mapping[str, str]:
            raise KeyError(record_id)

    events = LiveWorld(7, Empty(), MIDNIGHT).tick(MIDNIGHT + 20 * HOUR_MS)
    assert {e.kind for e in events} == {LiveKind.NEW_LEAD}


def test_summaries_hold_no_text_of_strangers() -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :_")
    for event in _run(Account(), MIDNIGHT, 24):
        assert set(event.summary) <= allowed, event.summary
