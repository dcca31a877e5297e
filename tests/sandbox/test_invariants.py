"""An account stays consistent by search, by id and on disk, whatever happens to it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.records import World
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.state import State
from sdrdesk.sandbox.account.tables import unique_keys
from sdrdesk.sandbox.errors import ApiError
from sdrdesk.sandbox.reads.search import parse_query, run
from sdrdesk.sandbox.schema.schema import (
    CALLS,
    COMPANIES,
    CONTACTS,
    DEFAULT_TYPE,
    REVERSE,
    ObjectType,
)
from sdrdesk.sandbox.times import Clock
from sdrdesk.sandbox.writes.archive import archive, purge, restore
from sdrdesk.sandbox.writes.effects import settle
from sdrdesk.sandbox.writes.linking import Target, associate, dissociate, live_neighbours
from sdrdesk.sandbox.writes.merging import merge
from sdrdesk.sandbox.writes.writes import apply, find, plan_create, plan_update

KINDS = (CONTACTS, COMPANIES, CALLS)
_small = st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(KINDS), _small),
        st.tuples(st.just("update"), st.sampled_from(KINDS), _small, _small),
        st.tuples(st.just("archive"), st.sampled_from(KINDS), _small),
        st.tuples(st.just("restore"), st.sampled_from(KINDS), _small),
        st.tuples(st.just("purge"), st.sampled_from(KINDS), _small),
        st.tuples(st.just("merge"), st.sampled_from((CONTACTS, COMPANIES)), _small, _small),
        st.tuples(st.just("link"), st.sampled_from(KINDS), _small, st.sampled_from(KINDS), _small),
        st.tuples(st.just("link"), st.just(CONTACTS), _small, st.just(COMPANIES), _small),
        st.tuples(st.just("unlink"), st.just(CONTACTS), _small, st.just(COMPANIES), _small),
        st.tuples(st.just("wait"), _small),
        st.tuples(st.just("mode"), st.sampled_from(("new_id", "survivor"))),
    ),
    min_size=20,
    max_size=60,
)


def _account() -> Account:
    quiet = Settings(lag_ms=3, rollup_ms=2, ten_second_limit=None, search_limit=None)
    account = Account(quiet, Clock(1_795_000_000_000))
    account.clock.freeze()
    account.populate(World({"portalId": 1}, [], "r@x.example", {}, [], [], [], [], []))
    return account


def _values(kind: ObjectType, number: int) -> dict[str, str]:
    if kind is CONTACTS:
        return {"email": f"p{number}@x.example", "lastname": f"L{number % 3}"}
    if kind is COMPANIES:
        return {"name": f"L{number % 3}"}
    return {"hs_timestamp": str(1_790_000_000_000 + number), "hs_call_title": f"L{number % 3}"}


def _pick(account: Account, kind: ObjectType, number: int) -> str:
    ids = sorted(account.tables[kind.name].rows, key=int)
    return ids[number % len(ids)] if ids else "0"


def _step(account: Account, step: tuple[Any, ...]) -> None:
    name, *rest = step
    if name == "wait":
        account.clock.advance(rest[0])
    elif name == "mode":
        account.settings.merge_mode = rest[0]
    elif name == "create":
        kind, number = rest
        given_values = {"properties": _values(kind, number)}
        apply(account, plan_create(account, kind, given_values, "v3", {}))
    elif name in ("link", "unlink"):
        _link(account, name, *rest)
    elif name == "merge":
        kind, left, right = rest
        one = account.current(kind, _pick(account, kind, left))
        two = account.current(kind, _pick(account, kind, right))
        if one is not None and two is not None and one.id != two.id:
            merge(account, kind, one, two)
    else:
        _one_record(account, name, *rest)
    settle(account)


def _one_record(account: Account, name: str, kind: ObjectType, number: int, other: int = 0) -> None:
    record_id = _pick(account, kind, number)
    if name == "update":
        record = account.current(kind, record_id)
        if record is not None:
            apply(account, plan_update(account, record, _values(kind, other), "v3", {}))
    else:
        {"archive": archive, "restore": restore, "purge": purge}[name](account, kind, record_id)


def _link(
    account: Account, name: str, kind: ObjectType, left: int, other: ObjectType, right: int
) -> None:
    type_id = DEFAULT_TYPE.get((kind.name, other.name))
    near = account.current(kind, _pick(account, kind, left))
    far = account.current(other, _pick(account, other, right))
    if type_id is None or near is None or far is None or near is far:
        return
    if name == "link":
        associate(account, near, Target(other, far.id, type_id))
    else:
        dissociate(account, kind.name, near.id, other.name, far.id)


def _check(account: Account) -> None:
    for kind in KINDS:
        table = account.tables[kind.name]
        assert table.live == sorted(int(r.id) for r in table.rows.values() if r.archived_ms is None)
        assert table.archived == sorted(int(r.id) for r in table.rows.values() if r.archived_ms)
        for name, owners in table.unique.items():
            live = [r for r in table.rows.values() if r.archived_ms is None]
            keys = [(key, r.id) for r in live for key in unique_keys(r, name)]
            assert set(owners) == {key for key, _ in keys}
            assert all((key, owner) in keys for key, owner in owners.items())
        for old in table.aliases:
            assert old not in table.rows
            assert table.resolve(old) not in table.aliases
    _check_graph(account)


def _check_graph(account: Account) -> None:
    graph = account.graph
    for left, right, from_id in graph.slots():
        for to_id, types in graph.neighbours(left, from_id, right).items():
            assert from_id in account.tables[left].rows
            assert to_id in account.tables[right].rows
            back = graph.neighbours(right, to_id, left)[from_id]
            assert sorted(REVERSE[type_id] for type_id in types) == sorted(back)
    for number in account.tables["contacts"].live:
        contact = account.tables["contacts"].rows[str(number)]
        companies = graph.neighbours("contacts", contact.id, "companies")
        primary = [other for other, types in companies.items() if 1 in types]
        assert len(primary) <= 1
        assert contact.properties.get("associatedcompanyid") == (primary[0] if primary else None)


def _check_search(account: Account) -> None:
    """Check that search shows exactly the records once the index is up to date."""
    account.clock.advance(1000)
    settle(account)
    account.clock.advance(1000)
    settle(account)
    assert account.view.waiting == 0
    for kind, name in ((CONTACTS, "lastname"), (COMPANIES, "name"), (CALLS, "hs_call_title")):
        test = {"propertyName": name, "operator": "EQ", "value": "l1"}
        found = run(account, kind, parse_query(account, kind, {"filters": [test]}))
        table = account.tables[kind.name]
        expected = [
            table.rows[str(number)]
            for number in table.live
            if table.rows[str(number)].properties.get(name) == "L1"
        ]
        assert sorted(int(r.id) for r in found) == [int(r.id) for r in expected]
        assert all(record is table.rows[record.id] for record in found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_any_history_leaves_a_sound_account(steps: list[tuple[Any, ...]]) -> None:
    account = _account()
    for step in steps:
        with suppress(ApiError):
            _step(account, step)
        _check(account)
    _check_search(account)
    assert [row["seq"] for row in account.journal.entries] == list(
        range(1, account.journal.last + 1)
    )


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_any_history_reads_back_from_disk(tmp_path: Path, steps: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "account.db"
    path.unlink(missing_ok=True)
    account, state = _account(), State(path)
    state.fill(account)
    for step in steps:
        with suppress(ApiError):
            _step(account, step)
        state.save(account)
    state.close()
    again = Account(account.settings, Clock(account.now_ms))
    state = State(path)
    state.load(again)
    state.close()
    for name, table in account.tables.items():
        assert again.tables[name].rows == table.rows
        assert again.tables[name].aliases == table.aliases
        assert (again.tables[name].live, again.tables[name].archived) == (
            table.live,
            table.archived,
        )
    assert again.journal.entries == account.journal.entries
    for kind in KINDS:
        for number in account.tables[kind.name].live:
            for other in KINDS:
                assert live_neighbours(again, kind, str(number), other) == live_neighbours(
                    account, kind, str(number), other
                )
    for number in again.tables["contacts"].live:
        email = again.tables["contacts"].rows[str(number)].properties.get("email", "")
        assert find(again, CONTACTS, email, "email") is not None
