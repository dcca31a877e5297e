"""Odoo for the registry."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.odoo.traits import TRAITS
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Connector, Target


def _connect(target: Target) -> CrmClient:
    from sdrdesk.sync.odoo.client import OdooClient  # httpx takes long to import

    return OdooClient(target)


CONNECTOR: Final = Connector(
    kind="odoo",
    name="Odoo",
    key_name="API key",
    connect=_connect,
    versions="17 to 19",
    modes=(KeyMode.UPSERT, KeyMode.ONCE, KeyMode.MARKER),
    capabilities=TRAITS,
    needs=("database",),
    statuses=MappingProxyType(
        {
            "NEW": "New",
            "OPEN": "New",
            "ATTEMPTED_TO_CONTACT": "New",
            "IN_PROGRESS": "Qualified",
            "CONNECTED": "Proposition",
            "OPEN_DEAL": "Won",
            "UNQUALIFIED": "Lost",
            "BAD_TIMING": "Nurture",
        }
    ),
    notice="Run against Odoo 17.0, 18.0 and 19.0.",
)
