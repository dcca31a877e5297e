"""An agent over the Model Context Protocol, with the SDK's own client, and what reaches the CRM."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from sdrdesk.cli.commands.mcp import _server
from sdrdesk.cli.session import Session
from sdrdesk.paths import find_paths
from sdrdesk.services.agents.tools import AgentTools
from tests.support.desk_home import DeskHome


def test_an_agent_proposes_and_records_and_the_crm_says_who(synced: DeskHome) -> None:
    session = Session(find_paths(synced.environ), synced.environ, lambda: datetime.now(UTC))
    before = len(calls(synced))
    try:
        desk = session.desk
        recorded = asyncio.run(drive(AgentTools(desk, desk.proposals, writes=True)))
    finally:
        session.close()
    synced.ok("sync")
    synced.ok("sync")
    now = calls(synced)
    assert len(now) == before + 1
    (call,) = [c for c in now if "Recorded by an agent" in (c["properties"]["hs_call_body"] or "")]
    assert "rang out" in call["properties"]["hs_call_body"]
    (entry,) = [e for e in synced.ok("log", "--json").json["activities"] if e["agent"]]
    assert (entry["activity_key"], entry["crm_id"]) == (recorded["activity_key"], call["id"])


async def drive(tools: AgentTools) -> dict[str, Any]:
    async with Client(_server(tools)) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names[:3] == ["queue", "why", "lead"]
        found = (await client.call_tool("queue", {"limit": 2})).structured_content
        assert set(found["leads"][0]["name"]) == {"untrusted_text"}
        lead_id = found["leads"][0]["lead_id"]
        outcome = {"lead_id": lead_id, "outcome": "no_answer", "note": "rang out"}
        made = (await client.call_tool("propose_outcome", outcome)).structured_content
        proposal = {"proposal_id": made["proposal_id"]}
        done = await client.call_tool("record_outcome", proposal)
        assert not done.is_error
        assert (await client.call_tool("record_outcome", {})).is_error
        kept: dict[str, Any] = done.structured_content
        return kept


def calls(desk: DeskHome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = desk.crm.get(
            f"/crm/objects/2026-09/calls?limit=100&properties=hs_call_body{after}"
        ).json
        found += page["results"]
        if not page.get("paging"):
            return found
        after = f"&after={page['paging']['next']['after']}"


def test_the_command_serves_on_stdin_and_stdout_and_reads_only(synced: DeskHome) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "sdrdesk", "mcp"], env=dict(synced.environ)
    )

    async def look() -> list[str]:
        async with Client(command) as client:
            funnel = await client.call_tool("funnel", {})
            assert json.loads(funnel.content[0].text)["total"] > 0  # type: ignore[union-attr]
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "record_outcome" not in asyncio.run(look())


def test_without_the_sdk_the_command_says_what_to_install(
    synced: DeskHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.stdio", None)
    ran = synced("mcp")
    assert ran.code == 2
    assert "pip install 'sdrdesk[agents]'" in ran.err
