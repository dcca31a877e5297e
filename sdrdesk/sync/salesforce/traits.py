"""The capabilities of Salesforce."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import Capabilities

API_VERSION: Final = "v64.0"
"""Summer 2025; a version is served for years."""

PAGE: Final = 2000
READ_SIZE: Final = 500
"""Ids of one query: a query travels in the address, which takes 16,000 characters; an id is 27."""
WRITE_SIZE: Final = 200
"""Records of one write."""

TRAITS: Final = Capabilities(
    upsert_links=True,
    absence_is_certain=True,  # a query reads the records themselves
    gone_feed=True,
    gone_feed_is_whole=False,  # a lead that the rep may not see any more is in no list
    stages_only_forward=False,
    index_lag_s=120.0,  # a long transaction shows up with its early date
    read_size=READ_SIZE,
    write_size=WRITE_SIZE,
    least_interval_s=120.0,  # the requests of a day are shared with every other program
)
