"""What migration 0021 changed; frozen, later migrations change it."""

from __future__ import annotations

PROMISE = (("'crm','automation')", "'crm','automation','no_show')"),)
