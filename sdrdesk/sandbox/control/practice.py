"""Practice: does the lead pick up, and what does it say?"""

from __future__ import annotations

from sdrdesk.sandbox.account import Account
from sdrdesk.sandbox.web import Call, Reply


def dial(account: Account, call: Call) -> Reply:
    """A practice call."""
    raise NotImplementedError
