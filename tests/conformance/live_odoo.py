"""A real Odoo as a world of the suite, where the environment names one (``make live``).

It makes fields there, and deletes the leads of the world before: a database to throw away.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

import httpx
import pytest

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.odoo.api import OdooApi
from sdrdesk.sync.odoo.client import OdooClient
from sdrdesk.sync.odoo.mapping import MODEL, link_of
from sdrdesk.sync.registry import Target
from tests.conformance.live_espo import RealClock
from tests.conformance.odoo_records import ADMIN
from tests.conformance.odoo_world import OdooWorld
from tests.sync.desk import MovableClock

SERVER: Final = os.environ.get("SDRDESK_LIVE_ODOO", "")
"""``http://admin:key@127.0.0.1:8069/database``, or nothing."""
_REP: Final = os.environ.get("SDRDESK_LIVE_ODOO_REP", "").rpartition(":")
"""``login:key`` of a user who sees own documents only."""
_FIELDS: Final = (
    "name", "active", "stage_id", "user_id", "x_sdrdesk_dnc", "x_sdrdesk_key", "email_from",
    "res_id", "opportunity_id", "body", "note", "description", "contact_name", "lost_reason_id",
)  # fmt: skip
_RULE: Final = "sdrdesk tests: a lead that reps may not change"
_OF_LEADS: Final = {"mail.message": "model", "mail.activity": "res_model"}
_NO_FIELDS: Final = {"call": {"key": "x_none_key", "outcome": "x_none", "duration": "x_none_s"}}


class RemoteOdoo:
    """The database as its administrator and the rep use it."""

    def __init__(self) -> None:
        whole = httpx.URL(SERVER)
        self.url = str(whole.copy_with(userinfo=b"", path="/")).rstrip("/")
        self.database = whole.path.strip("/")
        self.login = (whole.username, whole.password)
        self._admin = self._api(*self.login)
        self._rep = self._api(_REP[0], _REP[2])
        self.version = self._admin.version()[0]

    def _api(self, user: str, key: str) -> OdooApi:
        return OdooApi(self.target(user, key, RealClock()), "en_US")

    def target(self, user: str, key: str, clock: MovableClock, **more: Any) -> Target:
        """Return the database as this user's desk opens it."""
        return Target(self.url, key, clock, user, self.database, **more)

    def ready(self) -> None:
        """Make what is missing of fields."""
        admin = OdooClient(self.target(*self.login, RealClock()))
        assert all(step.done for step in admin.create_key_field(dry_run=False))
        admin.close()

    def ask(self, model: str, method: str, ids: list[int] | None = None, **named: Any) -> Any:
        return self._admin.call(model, method, ids, **named)

    def create(self, uid: int, model: str, vals: Mapping[str, Any]) -> int:
        api = self._admin if uid == ADMIN else self._rep
        return int(api.call(model, "create", vals_list=[dict(vals)])[0])

    def update(self, _uid: int, model: str, row: Mapping[str, Any], vals: object) -> None:
        self.ask(model, "write", [row["id"]], vals=vals)

    def rows(self, model: str, domain: list[Any] | None = None) -> dict[int, dict[str, Any]]:
        known = self.ask(model, "fields_get", attributes=["type"])
        fields = [name for name in _FIELDS if name in known]
        of = [[_OF_LEADS[model], "=", "crm.lead"]] if model in _OF_LEADS else []
        rows = self.ask(model, "search_read", domain=[*of, *(domain or [])], fields=fields)
        return {row["id"]: {n: link_of(row, n) or row[n] for n in row} for row in rows}

    def unlink(self, model: str, ids: list[int]) -> None:
        if ids:
            self.ask(model, "unlink", ids)

    def empty(self) -> None:
        """Delete the leads and rules of the world before."""
        rules = self.ask("ir.rule", "search_read", domain=[["name", "=", _RULE]], fields=["name"])
        self.unlink("ir.rule", [row["id"] for row in rules])
        leads = self.rows("crm.lead")
        if any(not str(lead["email_from"]).endswith("@example.com") for lead in leads.values()):
            pytest.exit(f"{self.database} has leads of others: name a database to throw away", 2)
        meetings = self.rows("calendar.event", [["opportunity_id", "in", list(leads)]])
        self.unlink("calendar.event", list(meetings))
        self.unlink("crm.lead", list(leads))

    def sign_in(self) -> int:
        """Return the administrator's id."""
        return self._admin.sign_in()


@cache
def account() -> RemoteOdoo:
    """Return the database, ready."""
    remote = RemoteOdoo()
    remote.ready()
    return remote


class LiveOdooWorld(OdooWorld):
    """A real Odoo, without any other leads."""

    def __init__(self, which: str) -> None:
        super().__init__(KeyMode(which), account().version)
        self.can -= {"restore"}
        if which != "marker" and account().version >= 18:
            self.mode = KeyMode.ONCE

    def _open(self, version: int) -> RemoteOdoo:
        self.clock = RealClock()
        account().empty()
        return account()

    def target(self) -> Target:
        mapping = _NO_FIELDS if self.mode is KeyMode.MARKER else {}
        target: Target = self.server.target(_REP[0], _REP[2], self.clock, mapping=mapping)
        return target

    def connect(self, **more: Any) -> OdooClient:
        return OdooClient(replace(self.target(), **more), sleep=lambda _: None)

    def administrator(self) -> OdooClient:
        user, key = self.server.login
        return self.connect(user=user, secret=key)

    def lock(self, lead_id: str) -> None:
        of = [["model", "=", "crm.lead"]]
        (model,) = self.server.ask("ir.model", "search_read", domain=of, fields=["model"])
        reps = f"[('id', '!=', {lead_id})] if user.id != {self.server.sign_in()} else []"
        of_write = {"perm_read": False, "perm_create": False, "perm_unlink": False}
        rule = {"name": _RULE, "model_id": model["id"], "domain_force": reps}
        self.server.ask("ir.rule", "create", vals_list=[rule | of_write])

    def forward(self, seconds: float) -> None:
        """Let a second pass at the server as well; only the desk waits longer."""
        time.sleep(min(seconds, 1.1))
        if seconds > 30:
            super().forward(seconds)

    def _rows(self, model: str) -> Mapping[int, dict[str, Any]]:
        rows: Mapping[int, dict[str, Any]] = self.server.rows(model)
        return rows

    def delete(self, lead_id: str) -> None:
        self.server.unlink("crm.lead", [int(lead_id)])

    def merge(self, keep_id: str, other_id: str) -> str:
        keep, both = int(keep_id), [int(keep_id), int(other_id)]
        self.server.ask("crm.lead", "write", [keep], vals={"probability": 70})  # ranks higher
        self.server.ask("crm.lead", "merge_opportunity", both)
        return str(next(i for i in both if i in self._rows("crm.lead")))

    def colleague(self) -> int:
        me: int = self.server.sign_in()
        return me

    def drop_key_field(self, kind: str) -> None:
        of = [["name", "=", "x_sdrdesk_key"], ["model", "=", MODEL[kind]]]
        found = self.server.ask("ir.model.fields", "search_read", domain=of, fields=["name"])
        self.server.unlink("ir.model.fields", [row["id"] for row in found])
        account.cache_clear()  # the next world makes it again
