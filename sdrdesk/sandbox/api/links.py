"""Absolute links to the next page."""

from __future__ import annotations

from urllib.parse import urlencode

from sdrdesk.sandbox.web import Call


def next_link(call: Call, path: str, after: str) -> str:
    """The ``link`` of ``paging.next``: always on v3, whatever version was asked.

    So it is upstream, and so a client that follows it leaves the version it chose.
    """
    kept = [(key, value) for key, value in call.pairs if key != "after"]
    return f"{call.base_url}{path}?{urlencode([*kept, ('after', after)])}"
