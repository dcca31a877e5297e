"""The command that serves agents by the Model Context Protocol."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from sdrdesk import __version__
from sdrdesk.cli.options import flag
from sdrdesk.cli.session import open_session
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.agents.data import RULES
from sdrdesk.services.agents.tools import AgentTools

if TYPE_CHECKING:
    from mcp.server import Server


@click.command
@flag("--allow-write", "Let the agent record outcomes, notes and snoozes, marked as its own.")
def mcp(allow_write: bool) -> None:
    """Serve the desk to an agent on standard input and output (Model Context Protocol).

    Read-only without --allow-write. What an agent records waits for undo as yours does.
    """
    # Of the optional extra: without it every other command works.
    try:
        from mcp.server.stdio import stdio_server
    except ImportError as error:
        raise UsageError(
            "The Model Context Protocol SDK is not installed.",
            kept="Nothing was changed.",
            next_step="Install it: pip install 'sdrdesk[agents]'",
        ) from error
    with open_session() as session:
        desk = session.ready_desk
        tools = AgentTools(
            desk, desk.proposals, writes=allow_write, today=lambda: session.day("today")
        )
        server = _server(tools)

        async def serve() -> None:
            async with stdio_server() as (reading, writing):
                await server.run(reading, writing, server.create_initialization_options())

        asyncio.run(serve())


def _server(tools: AgentTools) -> Server[Any]:
    from mcp import types
    from mcp.server import Server, ServerRequestContext

    async def list_tools(
        _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.about,
                    input_schema=tool.schema,
                    annotations=types.ToolAnnotations(
                        read_only_hint=not tool.writes, open_world_hint=False
                    ),
                )
                for tool in tools.tools.values()
            ]
        )

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if (client := context.session.client_params) is not None:
            tools.name(client.client_info.name)
        answer, failed = await asyncio.to_thread(tools.answer, params.name, params.arguments or {})
        text = types.TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))
        return types.CallToolResult(content=[text], structured_content=answer, is_error=failed)

    return Server(
        "sdrdesk",
        version=__version__,
        instructions=RULES,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
