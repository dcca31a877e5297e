"""Waits on this machine for the browser that comes back from the CRM's login page."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>sdrdesk</title>
<body style="font-family:sans-serif;margin:4em"><p>{text}</p></body></html>"""
_THANKS = "Done. You can close this page and return to the terminal."
_REFUSED = "You are not logged in. The terminal says why; you can close this page."
_STRANGER = "This page does not belong to the login that is waiting in the terminal."


class Loopback:
    """A server on the loopback for one answer."""

    def __init__(self, port: int, path: str, is_answer: Callable[[str], bool]) -> None:
        """Start it.

        Args:
            port: the port of the app's redirect URL; 0 takes a free one.
            path: the path of the redirect URL.
            is_answer: whether an address answers the login that waits.

        Raises:
            OSError: the port is taken.
        """
        self._arrived = threading.Event()
        self._address = ""
        heard = self._heard

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                ours = urlsplit(self.path).path == path and is_answer(self.path)
                if ours:
                    heard(self.path)
                allowed = _THANKS if "code" in parse_qs(urlsplit(self.path).query) else _REFUSED
                self._reply(200 if ours else 400, allowed if ours else _STRANGER)

            def _reply(self, status: int, text: str) -> None:
                body = _PAGE.format(text=text).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: the address has the code in it."""

        self._server = _Server(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def _heard(self, address: str) -> None:
        if not self._arrived.is_set():
            self._address = address
            self._arrived.set()

    def wait(self, seconds: float) -> str:
        """Return the address at which the browser arrived, ``""`` if it did not in time."""
        return self._address if self._arrived.wait(seconds) else ""

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Windows, reuse would let another program take the port over.
    allow_reuse_address = os.name != "nt"
