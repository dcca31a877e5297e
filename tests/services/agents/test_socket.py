"""The private socket of an open workbench."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from sdrdesk.services.agents.desk_socket import MOST_LINE, DeskSocket
from sdrdesk.services.desk.local import LocalDesk
from tests.services.agents.conftest import tools_of


def ask(client: socket.socket, method: str, **params: Any) -> Any:
    client.sendall(json.dumps({"id": 1, "method": method, "params": params}).encode() + b"\n")
    with client.makefile("rb") as lines:
        return json.loads(lines.readline())


def connect(path: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(20)
    client.connect(str(path))
    return client


def test_only_its_user_drives_the_desk_and_it_goes_with_the_workbench(
    desk: LocalDesk, tmp_path: Path
) -> None:
    path = tmp_path / "a.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))  # what a killed workbench leaves
    serving = DeskSocket(path, lambda: tools_of(desk))
    assert serving.start()
    try:
        assert path.stat().st_mode & 0o777 == 0o600
        assert not DeskSocket(path, lambda: tools_of(desk)).start()  # a second workbench
        with connect(path) as client:
            hello = ask(client, "initialize", clientInfo={"name": "driver"})
            assert "untrusted_text" in hello["result"]["instructions"]
            names = {tool["name"] for tool in ask(client, "tools/list")["result"]["tools"]}
            assert {"queue", "record_outcome"} <= names
            done = ask(
                client, "tools/call", name="add_note", arguments={"lead_id": "501", "text": "x"}
            )
            assert not done["result"]["isError"]
            assert done["result"]["structuredContent"]["recorded_by"] == "driver"
        with connect(path) as flood, suppress(ConnectionError):
            flood.sendall(b"x" * (MOST_LINE + 10))
            assert flood.recv(10) == b""  # or it is cut off with what it still had to send
        with connect(path) as client:
            assert ask(client, "ping")["result"] == {}
    finally:
        serving.close()
    assert not path.exists()


def test_a_path_too_long_for_a_socket_only_costs_the_socket(
    desk: LocalDesk, tmp_path: Path
) -> None:
    assert not DeskSocket(tmp_path / ("x" * 200), lambda: tools_of(desk)).start()
