"""The capabilities of EspoCRM."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import Capabilities

PAGE: Final = 200
"""Records of a page; EspoCRM refuses more."""

TRIED: Final = ("9.0", "9.1", "9.2")
"""Versions that this connector was made from, or ran with."""

TRAITS: Final = Capabilities(
    absence_is_certain=True,  # a record is found by its key at once
    stages_only_forward=False,
    index_lag_s=0.0,
    read_size=PAGE // 2,  # activities are read two times as many at once
    write_size=20,  # each lead is a request of its own
)
