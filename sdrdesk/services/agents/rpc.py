"""JSON-RPC 2.0 for agents, one message in each line: the part of MCP that calls tools.

``initialize``, ``ping``, ``tools/list`` and ``tools/call``, as the Model Context Protocol words
them, so that its clients can speak to the socket of an open workbench. ``sdrdesk mcp`` uses the
official SDK instead.
"""

from __future__ import annotations

import json
from typing import Any

from sdrdesk import __version__
from sdrdesk.services.agents.data import RULES
from sdrdesk.services.agents.tools import AgentTools

PROTOCOL = "2025-06-18"

Json = dict[str, Any]


def listed(tools: AgentTools) -> list[Json]:
    """Return the tools as in the answer to ``tools/list``."""
    return [
        {
            "name": tool.name,
            "description": tool.about,
            "inputSchema": tool.schema,
            "annotations": {"readOnlyHint": not tool.writes, "openWorldHint": False},
        }
        for tool in tools.tools.values()
    ]


def called(tools: AgentTools, name: str, arguments: Json) -> Json:
    """Return the answer to ``tools/call``."""
    answer, failed = tools.answer(name, arguments)
    text = json.dumps(answer, ensure_ascii=False)
    return {
        "content": [{"type": "text", "text": text}],
        "structuredContent": answer,
        "isError": failed,
    }


def reply(tools: AgentTools, line: bytes) -> bytes:
    """Return the answer to one message as one line, ``b""`` for a notification."""
    try:
        message = json.loads(line)
        method, params = str(message["method"]), message.get("params", {})
        key = message.get("id")
        if not isinstance(params, dict):
            raise TypeError("params")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _line({"id": None, "error": {"code": -32600, "message": "Invalid request"}})
    if key is None:
        return b""
    if method == "initialize":
        client = params.get("clientInfo")
        tools.name(str(client.get("name", "")) if isinstance(client, dict) else "")
        return _line({"id": key, "result": _hello()})
    if method == "ping":
        return _line({"id": key, "result": {}})
    if method == "tools/list":
        return _line({"id": key, "result": {"tools": listed(tools)}})
    if method == "tools/call":
        given = params.get("arguments", {})
        if isinstance(given, dict):
            return _line({"id": key, "result": called(tools, str(params.get("name")), given)})
        return _line({"id": key, "error": {"code": -32602, "message": "Invalid arguments"}})
    return _line({"id": key, "error": {"code": -32601, "message": "Method not found"}})


def _hello() -> Json:
    return {
        "protocolVersion": PROTOCOL,
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "sdrdesk", "version": __version__},
        "instructions": RULES,
    }


def _line(message: Json) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode() + b"\n"
