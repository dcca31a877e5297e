"""Absolute links to the next page."""

from __future__ import annotations

from urllib.parse import urlencode

from sdrdesk.sandbox.web import Call


def next_link(call: Call, path: str, after: str) -> str:
    """Return the ``link`` of ``paging.next``, which is always on v3.

    HubSpot does the same, so that a client that follows it leaves its version.
    """
    kept = [(key, value) for key, value in call.pairs if key != "after"]
    return f"{call.base_url}{path}?{urlencode([*kept, ('after', after)])}"
