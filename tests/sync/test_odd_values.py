"""Any value in any field of any record of the CRM: only that value is lost, everything works."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sdrdesk.app import SdrDeskApp
from sdrdesk.cli.session import Session, open_session
from sdrdesk.clock import system_clock
from tests.support.bench import Bench
from tests.support.desk_home import DeskHome, open_always
from tests.support.fake_desk import FakeDesk
from tests.support.odd_crm import DO_NOT_CALL, OWNER, PROPERTIES, OddCrm, listening
from tests.support.sandbox import Sandbox

COMMANDS = (
    ("queue", "--json"),
    ("queue",),
    ("next", "--json"),
    ("funnel", "--json"),
    ("log", "--json"),
    *(("report", name, "--json") for name in ("speed", "sla", "outcomes", "scripts")),
    ("export", "leads", "--json"),
    ("export", "leads", "--csv"),
    ("export", "activities", "--json"),
    ("outbox", "--json"),
)
A_FEW = (
    ("queue", "--json"),
    ("funnel", "--json"),
    ("report", "speed", "--json"),
    ("report", "outcomes", "--json"),
    ("log", "--json"),
    ("export", "leads", "--json"),
    ("export", "activities", "--json"),
    ("lead", "512", "--json"),
    ("why", "512", "--json"),
)
OF_A_LEAD = ("lead", "why", "script")

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 3.7, 1e20, 1e400, float("nan"), 2**63, 2**64, 10**30, -(2**70),
    [], ["x"], [[[[1]]]], {}, {"value": "x"}, "", " ", "-", "0", "-5", "1E3", "1e999999", "NaN",
    "100000000000000000000", "9" * 5000, "1_000", "1,5", "٣٠٠", "²", "x" * 600, "true;false",
    "1743465600000000", "1743465600", "1743465600000", "-62135596800001", "253402300800000",
    "0001-01-01", "9999-12-31T23:59:59.999Z", "2025-02-30", "2025-01-01T00:00:00+23:59",
    "\ud800", "\udfff\ud800", "a\x00b", "\u202eevil\x1b[2J", "😀" * 200, "<!--<![" * 50,
    "../../etc", "'; DROP TABLE lead; --", "x" * 300_000,
)  # fmt: skip
"""One of every kind of value that could break a store, a clock or a screen."""

FIELDS_OF_THE_QUEUE = (
    "recent_conversion_date", "first_conversion_date", "createdate", "lastmodifieddate",
    "num_conversion_events", "hs_analytics_num_page_views", "hs_timezone", "hubspot_owner_id",
)  # fmt: skip


@contextmanager
def rep_on(crm: OddCrm, home: Path) -> Iterator[DeskHome]:
    """Return the commands of a rep on this CRM."""
    open_always(home)
    with listening(crm) as url, pytest.MonkeyPatch.context() as patch:
        desk = DeskHome(home, Sandbox(url, "any-token", "", OWNER), patch)
        desk.environ = {**desk.environ, "SDRDESK_DO_NOT_CALL": DO_NOT_CALL}
        yield desk


@contextmanager
def session_of(desk: DeskHome) -> Iterator[Session]:
    with open_session({**os.environ, **desk.environ}) as session:
        yield session


def everything_works(desk: DeskHome, *lead_ids: str) -> None:
    """Run each reading command, and those of a lead on some leads."""
    for command in COMMANDS:
        desk.ok(*command)
    for lead_id in lead_ids:
        for name in OF_A_LEAD:
            desk.ok(name, lead_id, "--json")


def left_out(desk: DeskHome) -> dict[tuple[str, str, str], str]:
    """Return the entries of ``doctor``: kind, record and field to the shortened value."""
    found = json.loads(desk("doctor", "--json").out)["left_out"]
    return {(n["kind"], n["record_id"], n["field"]): n["value"] for n in found}


def test_a_company_of_more_people_than_a_column_holds_costs_that_number(tmp_path: Path) -> None:
    crm = OddCrm()
    crm.put("companies", "901", name="Big", numberofemployees="100000000000000000000")
    with rep_on(crm, tmp_path / "home") as desk:
        desk.ok("sync")
        crm.contact("514", associatedcompanyid="901")
        ran = desk.ok("sync")
        assert "sdrdesk doctor names" in ran.err
        assert desk.ok("lead", "514", "--json").json["company"]
        assert left_out(desk) == {("company", "901", "numberofemployees"): "100000000000000000000"}
        text = desk("doctor").out
        assert 'company 901: numberofemployees "100000000000000000000" was left out' in text
        crm.put("companies", "901", numberofemployees="250", hs_lastmodifieddate=later())
        assert desk.ok("sync", "--full", "--json").json["left_out"] == 0
        assert left_out(desk) == {}


def test_a_conversion_in_microseconds_is_left_out_and_stops_nothing(tmp_path: Path) -> None:
    crm = OddCrm()
    crm.contact("514", recent_conversion_date="1743465600000000")
    with rep_on(crm, tmp_path / "home") as desk:
        desk.ok("sync")
        everything_works(desk, "512", "514")
        rows = {row["lead_id"]: row for row in desk.ok("queue", "--json").json}
        assert rows["514"]["converted_at"] is None
        assert rows["512"]["converted_at"] is not None
        named = left_out(desk)
        assert named == {("lead", "514", "recent_conversion_date"): "1743465600000000"}


def later() -> str:
    return system_clock().isoformat()


def full_of_everything() -> OddCrm:
    """Return a CRM in which every property of every type holds every odd value once."""
    crm = OddCrm()
    for plural, names in PROPERTIES.items():
        for turn in range(len(ODD)):
            odd = {name: ODD[(place + turn) % len(ODD)] for place, name in enumerate(names)}
            crm.put(plural, str(1000 + turn), **odd)
    for place, value in enumerate(ODD):
        for number, name in enumerate(FIELDS_OF_THE_QUEUE):
            crm.contact(str(2000 + 100 * number + place), **{name: value})
        crm.contact(f"id {place}", **{"!": {"id": value}})
        crm.contact(str(3000 + place), **{"!": {"associations": value, "archived": value}})
        crm.put("calls", str(3000 + place), **{"!": {"associations": {"contacts": value}}})
        crm.put("notes", str(3000 + place), **{"!": {"properties": value}})
        for key in ("id", "email", "firstName", "userId", "archived"):
            crm.owners.append({"id": f"8{place}", "email": f"o{place}@example.test"} | {key: value})
        for options in crm.options.values():
            options += [{"value": value, "label": value}, {"value": f"v{place}", "hidden": value}]
            options += [value, {"value": f"o{place}", "label": "x", "displayOrder": value}]
    return crm


@pytest.mark.long
def test_every_odd_value_in_every_property_and_everything_works(tmp_path: Path) -> None:
    crm = full_of_everything()
    with rep_on(crm, tmp_path / "home") as desk:
        assert desk.ok("sync", "--json").json["left_out"] > 100
        crm.contact("514")
        desk.ok("sync")
        everything_works(desk, "514", "1000", "2000")
        ids = [lead["lead_id"] for lead in desk.ok("export", "leads", "--json").json]
        assert {"512", "513", "514"} <= set(ids)
        with session_of(desk) as session:
            for lead_id in ids[::9]:
                session.desk.leads.view(lead_id)
                session.desk.queue.why(lead_id)
                session.desk.call.script(lead_id)
            asyncio.run(walk_through(session))


async def walk_through(session: Session) -> None:
    """Open every screen of the workbench."""
    app = SdrDeskApp(session.desk, None, theme="")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        bench = Bench(app, pilot, cast(FakeDesk, session.desk))
        await bench.sees("callable of")
        for keys in (
            ("question_mark", "escape"),
            ("o", "escape"),
            ("w", "escape"),
            ("h", "escape"),
        ):
            await bench.press(*keys)
        await bench.press("enter")
        await bench.until(lambda: bench.screen_name == "CallScreen", "the call")
        await bench.press("escape", "2")
        await bench.until(lambda: bench.screen_name == "LogScreen", "the log")
        await bench.press("3")
        await bench.sees("Left out")
        await bench.press("down", "down", "1")


_SCALARS = (
    st.sampled_from(ODD)
    | st.integers()
    | st.integers(min_value=-(2**80), max_value=2**80)
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.datetimes().map(lambda at: at.isoformat())
    | st.integers().map(str)
)
ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
PLACES = [(plural, name) for plural, names in PROPERTIES.items() for name in names]
EXAMPLES = max(3, int(os.environ.get("SDRDESK_SOAK", "0")) // 50)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(
    odd=st.lists(st.tuples(st.sampled_from(PLACES), ANY_JSON), min_size=10, max_size=30),
    owner=st.dictionaries(st.sampled_from(["id", "email", "lastName", "archived"]), ANY_JSON),
    option=ANY_JSON,
)
def test_any_json_in_any_property(
    tmp_path_factory: pytest.TempPathFactory,
    odd: list[tuple[tuple[str, str], Any]],
    owner: dict[str, Any],
    option: Any,
) -> None:
    crm = OddCrm()
    for place, ((plural, name), value) in enumerate(odd):
        if plural == "contacts":
            crm.contact(str(600 + place), **{name: value})
        else:
            crm.put(plural, str(600 + place), **({"hs_timestamp": crm.now} | {name: value}))
    crm.owners.append(owner)
    for options in crm.options.values():
        options += [option, {"value": option, "label": option}]
    with rep_on(crm, tmp_path_factory.mktemp("odd") / "home") as desk:
        desk.ok("sync")
        for command in A_FEW:
            desk.ok(*command)
