"""The private socket of an open workbench: only its user can connect."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sdrdesk.services.agents.rpc import reply
from sdrdesk.services.agents.tools import AgentTools

_log = logging.getLogger(__name__)

MOST_LINE = 256 * 1024
"""Bytes of one message."""
_MOST_CLIENTS = 4


class DeskSocket:
    """Serves agents at a socket file (mode 0600) until it is closed.

    Args:
        path: the socket; one that a dead workbench left is replaced, one in use is left alone.
        tools: makes the tools of one client.
    """

    def __init__(self, path: Path, tools: Callable[[], AgentTools]) -> None:
        self._path = path
        self._tools = tools
        self._server: socket.socket | None = None
        self._clients = threading.BoundedSemaphore(_MOST_CLIENTS)
        self._open: set[socket.socket] = set()

    def start(self) -> bool:
        """Begin to serve in the background; return whether it does."""
        family = getattr(socket, "AF_UNIX", None)
        if family is None or self._in_use(family):
            return False
        server = socket.socket(family, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with suppress(FileNotFoundError):
                self._path.unlink()
            server.bind(str(self._path))
            server.listen(_MOST_CLIENTS)
        except OSError:  # a path of more than 107 bytes, a disk without sockets
            _log.warning("agents cannot connect: %s cannot be made", self._path, exc_info=True)
            server.close()
            return False
        finally:
            os.umask(before)
        self._server = server
        threading.Thread(target=self._accept, args=(server,), name="agents", daemon=True).start()
        return True

    def close(self) -> None:
        """Stop serving and remove the socket."""
        server, self._server = self._server, None
        if server is None:
            return
        for one in (server, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        server.close()
        with suppress(OSError):
            self._path.unlink()

    def _in_use(self, family: int) -> bool:
        with socket.socket(family, socket.SOCK_STREAM) as other:
            other.settimeout(1.0)
            try:
                other.connect(str(self._path))
            except OSError:
                return False
            return True

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            if not self._clients.acquire(blocking=False):
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), name="agent", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        try:
            tools = self._tools()
            with client, client.makefile("rb") as lines:
                while line := lines.readline(MOST_LINE):
                    if not line.endswith(b"\n"):  # too long, or cut off
                        return
                    client.sendall(reply(tools, line))
        except OSError:
            pass
        except Exception:  # noqa: BLE001 - an agent must not end the workbench
            _log.exception("the connection of an agent ended")
        finally:
            self._open.discard(client)
            self._clients.release()
