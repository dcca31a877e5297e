"""Paths of the HubSpot API and its version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from sdrdesk.domain.crm.records import RemoteKind

ApiVersion = Literal["2026-09", "2026-03"]

API_VERSION: Final[ApiVersion] = "2026-09"
"""Current stable version (released about 2026-09-08); ``2026-03`` is the fallback."""

PLURAL: Final[dict[RemoteKind, str]] = {
    "lead": "contacts",
    "company": "companies",
    "call": "calls",
    "task": "tasks",
    "note": "notes",
    "meeting": "meetings",
    "email": "emails",
    "message": "communications",
}
"""HubSpot's names of our kinds."""

MODIFIED: Final[dict[RemoteKind, str]] = {
    kind: "lastmodifieddate" if kind == "lead" else "hs_lastmodifieddate" for kind in PLURAL
}
"""The modification date to filter by; contacts have another one than other objects."""

TOKEN_INFO: Final = "/oauth/v2/private-apps/get/access-token-info"  # noqa: S105  # a path
"""Legacy, without a version; may vanish, so after a failure the scopes are unknown."""


def path_step(record_id: str) -> str:
    """Return an id escaped as one step of a path."""
    return quote(record_id, safe="")


@dataclass(frozen=True, slots=True)
class ApiPaths:
    """Paths of one API version."""

    version: ApiVersion = API_VERSION

    def objects(self, kind: RemoteKind, rest: str = "") -> str:
        """Return the path of records of a kind."""
        return f"/crm/objects/{self.version}/{PLURAL[kind]}{rest}"

    def search(self, kind: RemoteKind) -> str:
        """Return the path of a search."""
        return self.objects(kind, "/search")

    def batch(self, kind: RemoteKind, what: str) -> str:
        """Return the path of a batch operation (read, upsert, archive …)."""
        return self.objects(kind, f"/batch/{what}")

    def merge(self, kind: RemoteKind) -> str:
        """Return the path that merges two records."""
        return self.objects(kind, "/merge")

    def linked(self, kind: RemoteKind, record_id: str, to: RemoteKind) -> str:
        """Return the path of a record's links to records of another kind."""
        return self.objects(kind, f"/{path_step(record_id)}/associations/{PLURAL[to]}")

    def link(self, kind: RemoteKind, record_id: str, to: RemoteKind, to_id: str) -> str:
        """Return the path of the unlabelled link between two records (idempotent PUT)."""
        to_this = f"associations/default/{PLURAL[to]}/{path_step(to_id)}"
        return self.objects(kind, f"/{path_step(record_id)}/{to_this}")

    def links_batch(self, kind: RemoteKind, to: RemoteKind) -> str:
        """Return the path of the links of up to 1,000 records."""
        return f"/crm/associations/{self.version}/{PLURAL[kind]}/{PLURAL[to]}/batch/read"

    def properties(self, kind: RemoteKind, rest: str = "") -> str:
        """Return the path of the property definitions of a kind."""
        return f"/crm/properties/{self.version}/{PLURAL[kind]}{rest}"

    def owners(self) -> str:
        """Return the path of the owners."""
        return f"/crm/owners/{self.version}"

    def lists(self, rest: str) -> str:
        """Return the path of the lists (called segments in the product)."""
        return f"/crm/lists/{self.version}{rest}"

    def account(self) -> str:
        """Return the path of the account's details."""
        return f"/account-info/{self.version}/details"
