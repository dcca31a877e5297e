"""Connectors: those that ship, those of a team, and those that cannot be used."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any, cast

import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.sync import registry
from sdrdesk.sync.capabilities import Capabilities, KeyMode
from sdrdesk.sync.kit.basics import Basics
from sdrdesk.sync.registry import Connector, Target, Unusable, connectors, find_connector
from tests.conformance.memory_crm import MemoryClient, MemoryCrm

ACME = Connector(
    kind="acme",
    name="Acme CRM",
    connect=lambda target: MemoryClient(MemoryCrm(target.clock), Capabilities()),
    versions="7",
    modes=(KeyMode.ONCE,),
    needs=("database",),
)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"acme": "ACME", "hubspot": "ACME", "broken": "MISSING", "other": "ACME"}
    points = [EntryPoint(k, f"{__name__}:{v}", registry.GROUP) for k, v in names.items()]
    monkeypatch.setattr(registry, "_installed", lambda: points)


@pytest.mark.usefixtures("installed")
def test_a_team_installs_its_own_connector_but_never_in_place_of_one_that_ships() -> None:
    assert find_connector("acme") is ACME
    assert find_connector("hubspot").name == "HubSpot"
    found = {one.kind: one for one in connectors()}
    assert next(iter(found)) == "hubspot"
    broken, other = found["broken"], found["other"]
    assert isinstance(broken, Unusable)
    assert "MISSING" in broken.problem
    assert isinstance(other, Unusable)
    with pytest.raises(UsageError, match=r"The connector broken cannot be used: .*MISSING"):
        find_connector("broken")


def test_an_unknown_kind_names_the_nearest_one() -> None:
    with pytest.raises(UsageError, match='did you mean "hubspot"'):
        find_connector("hubspt")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"url": ""}, "api_url"), ({"database": ""}, "database")],
)
def test_a_missing_setting_is_named(given: dict[str, Any], wanted: str) -> None:
    values: dict[str, Any] = {"url": "https://crm.example", "database": "live"} | given
    with pytest.raises(UsageError, match=f"Acme CRM needs {wanted}"):
        registry.open_client(ACME, Target(secret="t", clock=system_clock, **values))


@pytest.mark.parametrize(
    ("connect", "problem"),
    [
        (lambda _: MemoryCrm(system_clock), "it lacks account_id, account_zone, "),
        (lambda _: 1 / 0, "it fails .division by zero"),
    ],
)
def test_a_connector_that_does_not_fit_is_named(
    connect: Callable[[Target], Any], problem: str
) -> None:
    target = Target("https://crm.example", "t", system_clock, database="live")
    assert isinstance(registry.open_client(ACME, target), MemoryClient)
    with pytest.raises(UsageError, match=f"The connector acme cannot be used: {problem}"):
        registry.open_client(replace(ACME, connect=connect), target)


PAGE = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")


def test_the_connector_of_the_manual_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    block = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    there: dict[str, Any] = {**vars(registry)}
    exec(dedent(block[1]), there)
    acme = ModuleType("acme_sdrdesk.client")
    vars(acme)["AcmeClient"] = lambda target: MemoryClient(MemoryCrm(target.clock), Capabilities())
    monkeypatch.setitem(sys.modules, "acme_sdrdesk", ModuleType("acme_sdrdesk"))
    monkeypatch.setitem(sys.modules, "acme_sdrdesk.client", acme)
    target = Target("https://crm.example", "t", system_clock)
    assert isinstance(registry.open_client(there["CONNECTOR"], target), MemoryClient)


def test_the_manual_names_the_methods_that_the_kit_does_not_have() -> None:
    listed = re.search(r"On `Basics`, a client has to have: (.*?)\.\n", PAGE, re.DOTALL)
    assert listed is not None
    missing = (registry._PORT - set(dir(Basics))) | Basics.__abstractmethods__
    assert set(re.findall(r"`(\w+)`", listed[1])) == missing
    assert missing <= set(vars(MemoryClient)) | {"requests", "clock_offset_s"}


def test_a_connector_without_one_of_them_is_named() -> None:
    class Short(Basics):
        """Cannot read activities."""

    target = Target("https://crm.example", "t", system_clock, database="live")
    short = replace(ACME, connect=cast(Any, lambda _: Short()))  # type: ignore[abstract]
    with pytest.raises(UsageError, match=r"it fails .*read_activities"):
        registry.open_client(short, target)


def test_no_secret_is_shown() -> None:
    assert "hunter2" not in repr(Target("https://crm.example", "hunter2", system_clock))
