"""The worlds of the suite by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sdrdesk.sync.capabilities import KeyMode
from tests.conformance import live_espo, live_odoo
from tests.conformance.force_world import ForceWorld
from tests.conformance.odoo_world import ODOO
from tests.conformance.worlds import ESPO, FORCE, HUBSPOT, MEMORY, HubSpotWorld, World
from tests.sync.arena import Arena

WORLDS = (
    *(f"memory-{name}" for name in MEMORY),
    *(f"espocrm-{name}" for name in ESPO),
    *(f"odoo-{name}" for name in ODOO),
    *(f"salesforce-{mode}" for mode in FORCE),
    *(f"hubspot-{mode}" for mode in HUBSPOT),
)

USUAL = (
    "memory-upsert",
    "hubspot-marker",
    "espocrm-once",
    "odoo-17-upsert",
    "odoo-19-once",
    "salesforce-upsert",
)
"""One of each CRM; the others are among the long tests. The memory connector plays all modes."""


def played(names: Iterable[str], *, long: Iterable[str] = ()) -> list[Any]:
    """Return the worlds as parameters, and a real server for each small one that it is."""
    found = []
    for name in names:
        found.append(pytest.param(name, marks=pytest.mark.long if name in long else ()))
        of_espo = live_espo.SERVER and name.startswith("espocrm-")
        of_odoo = live_odoo.SERVER and name.startswith("odoo-17-")  # the real one says its version
        if of_espo or of_odoo:
            marks = (pytest.mark.long, pytest.mark.live)
            found.append(pytest.param(f"live-{name.replace('-17', '')}", marks=marks))
    return found


def make_world(name: str, arena: Callable[[], Arena]) -> World:
    """Return a fresh world."""
    kind, which = name.removeprefix("live-").split("-", 1)
    if name.startswith("live-odoo-"):
        return live_odoo.LiveOdooWorld(which)
    if name.startswith("live-"):
        return live_espo.LiveEspoWorld(which)
    if kind == "memory":
        return MEMORY[which]()
    if kind == "odoo":
        return ODOO[which]()
    if kind == "salesforce":
        return ForceWorld(KeyMode(which))
    return ESPO[which]() if kind == "espocrm" else HubSpotWorld(arena(), KeyMode(which))
