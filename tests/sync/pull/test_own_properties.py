"""Properties that the team's rules name: read for every lead, and for no reason asked apart."""

from __future__ import annotations

from sdrdesk.domain.lead.properties import WantedProperties, properties_of
from sdrdesk.sync.hubspot import hubspot_client
from tests.sync.desk import DO_NOT_CALL, Desk, quick


def wants(desk: Desk, *names: str) -> None:
    """Read with these properties from now on, as after a change of the rules."""
    desk.raw_crm.close()
    wanted = WantedProperties.of(names)
    desk.raw_crm = desk.crm = hubspot_client(
        desk.sandbox.url,
        desk.sandbox.token,
        do_not_call=DO_NOT_CALL,
        clock=desk.clock,
        timing=quick(),
        wanted=wanted,
    )
    desk.reads = f"{DO_NOT_CALL} {wanted.lead} {wanted.company}"


def test_a_property_named_today_is_read_for_leads_on_disk(desk: Desk) -> None:
    desk.reads = DO_NOT_CALL
    desk.sync()
    lead_id = desk.pick()
    desk.edit(lead_id, hs_analytics_source_data_1="black friday\x1b[31m")
    desk.sync()
    assert properties_of(desk.lead(lead_id)) == {}
    wants(desk, "property:hs_analytics_source_data_1", "company:annualrevenue")
    desk.sync()
    held = properties_of(desk.lead(lead_id))
    assert held["property:hs_analytics_source_data_1"] == "black friday[31m"


def test_they_cost_no_request(desk: Desk) -> None:
    desk.reads = DO_NOT_CALL
    desk.sync()
    before = desk.sync().requests
    wants(desk, *(f"property:hs_analytics_source_data_{n}" for n in (1, 2)), "property:fax")
    desk.sync()
    assert desk.sync().requests == before
