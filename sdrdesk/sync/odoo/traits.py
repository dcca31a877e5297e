"""The capabilities of Odoo."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import Capabilities

PAGE: Final = 500
"""Records of a page; Odoo has no limit of its own."""

TRAITS: Final = Capabilities(
    upsert_links=True,
    absence_is_certain=True,  # a record is found by its key at once
    stages_only_forward=False,
    merges_move_activities=True,
    closing_may_delete=True,  # before Odoo 19
    index_lag_s=0.0,
    read_size=PAGE,
    write_size=20,  # each lead is a request of its own
)
