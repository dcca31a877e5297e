"""HubSpot's traits: an index that lags, and no unique key without ``setup``."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import Capabilities

TRAITS: Final = Capabilities(merge_keeps_emails=True)
