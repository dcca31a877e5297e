"""EspoCRM for the registry."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.espocrm.traits import TRAITS
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Connector, Target


def _connect(target: Target) -> CrmClient:
    from sdrdesk.sync.espocrm.client import EspoClient  # httpx takes long to import

    return EspoClient(target)


CONNECTOR: Final = Connector(
    kind="espocrm",
    name="EspoCRM",
    key_name="API key",
    password_name="password",  # noqa: S106  # no secret
    connect=_connect,
    versions="9.0 to 9.2",
    modes=(KeyMode.ONCE, KeyMode.FIELD, KeyMode.MARKER),
    capabilities=TRAITS,
    do_not_call="doNotCall",
    statuses=MappingProxyType(
        {
            "NEW": "New",
            "OPEN": "Assigned",
            "ATTEMPTED_TO_CONTACT": "Assigned",
            "IN_PROGRESS": "In Process",
            "CONNECTED": "In Process",
            "OPEN_DEAL": "Converted",
            "UNQUALIFIED": "Dead",
            "BAD_TIMING": "Recycled",
        }
    ),
    doubtful=MappingProxyType(
        {
            ("CONNECTED", "Converted"): (
                "EspoCRM offers no conversion of a lead that has this status already"
            )
        }
    ),
    notice="Run against real servers up to 9.2; a call's end is its start plus its duration.",
)
