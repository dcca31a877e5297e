"""HubSpot's webhooks journal: the events of webhooks, fetched instead of received.

It needs no public address, but an app with a client id and secret. As documented in "Webhook
journal APIs (2026-03)", read 2026-11-30: ``latest`` and ``offset/{offset}/next`` name a file of
events; the offset is good for three days.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from sdrdesk.domain.crm.api_address import LOOPBACK
from sdrdesk.domain.feed.notes import Hint
from sdrdesk.sync.feed.inlet import Inlet
from sdrdesk.sync.hubspot.webhooks import read_journal
from sdrdesk.sync.net.trust import tls_context

_log = logging.getLogger(__name__)

POLL_S: Final = 2.0
_SLOWEST_S: Final = 60.0
_LATE_S: Final = 90.0
_MOST_BYTES: Final = 16 << 20
_MOST_FILES: Final = 50
"""Files of one look; the next one goes on."""
_SCOPES: Final = "developer.webhooks_journal.read"
_BASE: Final = "/webhooks-journal/journal-local/2026-03"
_TOKEN: Final = "/oauth/2026-03/token"  # noqa: S105 - a path
_RENEW_EARLY_S: Final = 120.0


class JournalProblem(Exception):  # noqa: N818 - it passes
    """The journal cannot be read now."""


class Journal:
    """One app's journal of one account, as a source of the relay."""

    name = "journal"

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        account: str,
        executor: Executor,
        *,
        transport: httpx.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a reader; nothing is sent yet. ``account`` is the account's number."""
        self._id = client_id
        self._secret = client_secret
        self._account = account
        self._executor = executor
        self._monotonic = monotonic
        self._host = urlsplit(base_url).hostname or ""
        context = tls_context(os.environ) if base_url.startswith("https") else False
        self._http = httpx.Client(
            base_url=base_url,
            timeout=httpx.Timeout(15.0),
            transport=transport,
            verify=context,
            follow_redirects=False,
        )
        self._token = ""
        self._token_until = 0.0
        self._offset = ""
        self._looked_at: float | None = None

    def is_well(self) -> bool:
        """Return whether the last look succeeded not long ago."""
        return self._looked_at is not None and self._monotonic() - self._looked_at <= _LATE_S

    async def run(self, inlet: Inlet) -> None:
        """Look again and again; slower when HubSpot refuses or cannot be reached."""
        loop, wait_s = asyncio.get_running_loop(), 0.0
        while True:
            await asyncio.sleep(wait_s)
            before = self._offset
            try:
                hints = await loop.run_in_executor(self._executor, self.look)
                if not inlet.put(hints):
                    self._offset = before  # read again when there is room
                wait_s = POLL_S
            except (JournalProblem, httpx.HTTPError, ValueError) as error:
                wait_s = min(_SLOWEST_S, max(POLL_S, wait_s * 2))
                _log.warning("relay: the journal cannot be read: %s", error)

    def look(self) -> list[Hint]:
        """Return what happened since the last look. Blocks on the network.

        The first look only finds the end of the journal; a start looks back otherwise.
        """
        hints: list[Hint] = []
        for _ in range(_MOST_FILES):
            entry = self._next()
            if entry is None:
                break
            url, self._offset = str(entry.get("url", "")), str(entry["currentOffset"])
            if url:
                hints += read_journal(self._file(url), self._account)
        self._looked_at = self._monotonic()
        return hints

    def _next(self) -> dict[str, Any] | None:
        """Return the next entry, ``None`` at the end of the journal."""
        if not self._offset:
            found = self._get(f"{_BASE}/latest")
            self._offset = str(found["currentOffset"]) if found else ""
            return None
        found = self._get(f"{_BASE}/offset/{quote(self._offset, safe='')}/next")
        if found is not None:
            return found
        # Nothing new, or an offset that is too old: both may be said by 404.
        newest = self._get(f"{_BASE}/latest")
        if newest and newest["currentOffset"] != self._offset:
            again = self._get(f"{_BASE}/offset/{quote(self._offset, safe='')}/next")
            return again or newest
        return None

    def _get(self, path: str) -> dict[str, Any] | None:
        answer = self._http.get(
            path,
            params={"installPortalId": self._account},
            headers={"Authorization": f"Bearer {self._bearer()}"},
        )
        if answer.status_code in (204, 404):
            return None
        if answer.status_code == 401:
            self._token = ""
        if answer.status_code != 200:
            raise JournalProblem(f"status {answer.status_code}")
        told = json.loads(answer.content)
        if not isinstance(told, dict) or not isinstance(told.get("currentOffset"), str):
            raise JournalProblem("an answer without an offset")
        return told

    def _bearer(self) -> str:
        if not self._token or self._monotonic() >= self._token_until:
            answer = self._http.post(
                _TOKEN,
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._id,
                    "client_secret": self._secret,
                    "scope": _SCOPES,
                },
            )
            if answer.status_code != 200:
                raise JournalProblem(f"no token for the app (status {answer.status_code})")
            told = json.loads(answer.content)
            self._token = str(told["access_token"])
            span_s = min(float(told.get("expires_in", 1800)), 86_400.0)
            self._token_until = self._monotonic() + max(60.0, span_s - _RENEW_EARLY_S)
        return self._token

    def _file(self, url: str) -> bytes:
        """Fetch a file of events from its signed address; the token is not sent there."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise JournalProblem("a file without https")
        body = b""
        with self._http.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise JournalProblem(f"a file answered {answer.status_code}")
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise JournalProblem("a file that is too long")
        return body

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
