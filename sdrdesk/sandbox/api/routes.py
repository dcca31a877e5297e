"""The routes of v3 and v4, the dated versions, and the remaining legacy paths."""

from __future__ import annotations

from sdrdesk.sandbox.api import (
    accounts,
    associations,
    batch,
    forms,
    lists,
    objects,
    owners,
    properties,
    search,
)
from sdrdesk.sandbox.schema.schema import object_type
from sdrdesk.sandbox.web import DATED, Call, Handler, Route, Router, ScopeRule


def _object_scopes(verb: str, param: str = "type") -> ScopeRule:
    def rule(call: Call) -> list[str]:
        kind = object_type(call.params[param])
        if kind.name == "emails" and verb == "read":
            return ["sales-email-read"]
        return [f"crm.objects.{kind.scope}.{verb}"]

    return rule


def _schema_scopes(verb: str) -> ScopeRule:
    """Return the scopes for schemas: the type's own to read, any schema scope to write."""

    def rule(call: Call) -> list[str]:
        kind = object_type(call.params["type"])
        if verb == "read":
            scope = "contacts" if kind.scope == "leads" else kind.scope
            return [f"crm.schemas.{scope}.read"]
        return [f"crm.schemas.{name}.write" for name in ("contacts", "companies", "deals")]

    return rule


def _fixed(*scopes: str) -> ScopeRule:
    return lambda _call: list(scopes)


READ, WRITE = _object_scopes("read"), _object_scopes("write")
SCHEMA_READ, SCHEMA_WRITE = _schema_scopes("read"), _schema_scopes("write")
LISTS_READ, LISTS_WRITE = _fixed("crm.lists.read", "crm.lists.write"), _fixed("crm.lists.write")
FORMS = _fixed("forms")
OWNERS = _fixed("crm.objects.owners.read")

Row = tuple[str, str, Handler, ScopeRule | None]

# (method, path below the area, handler, scopes). The area's path depends on the version.
OBJECTS: list[Row] = [
    ("GET", "{type}", objects.listing, READ),
    ("POST", "{type}", objects.create, WRITE),
    ("GET", "{type}/{id}", objects.read, READ),
    ("PATCH", "{type}/{id}", objects.update, WRITE),
    ("DELETE", "{type}/{id}", objects.delete, WRITE),
    ("POST", "{type}/search", search.search, READ),
    ("POST", "{type}/merge", objects.merge, WRITE),
    ("POST", "{type}/gdpr-delete", objects.gdpr_delete, WRITE),
    ("POST", "{type}/batch/read", batch.read, READ),
    ("POST", "{type}/batch/create", batch.create, WRITE),
    ("POST", "{type}/batch/update", batch.update, WRITE),
    ("POST", "{type}/batch/upsert", batch.upsert, WRITE),
    ("POST", "{type}/batch/archive", batch.archive, WRITE),
]
LINKS: list[Row] = [
    ("GET", "{type}/{id}/associations/{to}", associations.listing, READ),
    (
        "PUT",
        "{type}/{id}/associations/default/{to}/{toId}",
        associations.put_default,
        WRITE,
    ),
    ("PUT", "{type}/{id}/associations/{to}/{toId}", associations.put_labelled, WRITE),
    ("DELETE", "{type}/{id}/associations/{to}/{toId}", associations.delete, WRITE),
]
ASSOCIATIONS: list[Row] = [
    ("POST", "{type}/{to}/batch/read", associations.batch_read, READ),
    ("POST", "{type}/{to}/batch/create", associations.batch_create, WRITE),
    ("POST", "{type}/{to}/batch/associate/default", associations.batch_default, WRITE),
    ("POST", "{type}/{to}/batch/archive", associations.batch_archive, WRITE),
    ("GET", "{type}/{to}/labels", associations.labels, READ),
]
PROPERTIES: list[Row] = [
    ("GET", "{type}", properties.listing, SCHEMA_READ),
    ("POST", "{type}", properties.create, SCHEMA_WRITE),
    ("GET", "{type}/groups", properties.groups, SCHEMA_READ),
    ("POST", "{type}/groups", properties.create_group, SCHEMA_WRITE),
    ("GET", "{type}/groups/{name}", properties.read_group, SCHEMA_READ),
    ("POST", "{type}/batch/read", properties.batch_read, SCHEMA_READ),
    ("GET", "{type}/{name}", properties.read, SCHEMA_READ),
    ("PATCH", "{type}/{name}", properties.update, SCHEMA_WRITE),
    ("DELETE", "{type}/{name}", properties.delete, SCHEMA_WRITE),
]
PIPELINES: list[Row] = [
    ("GET", "{type}", accounts.pipelines, READ),
    ("GET", "{type}/{id}", accounts.pipeline, READ),
    ("GET", "{type}/{id}/stages", accounts.stages, READ),
]
OWNER_ROWS: list[Row] = [
    ("GET", "", owners.listing, OWNERS),
    ("GET", "{id}", owners.read, OWNERS),
]
LISTS: list[Row] = [
    ("GET", "", lists.listing, LISTS_READ),
    ("POST", "", lists.create, LISTS_WRITE),
    ("POST", "search", lists.search, LISTS_READ),
    ("GET", "{id}", lists.read, LISTS_READ),
    ("DELETE", "{id}", lists.delete, LISTS_WRITE),
    ("PUT", "{id}/update-list-name", lists.rename, LISTS_WRITE),
    ("GET", "{id}/memberships", lists.memberships, LISTS_READ),
    ("PUT", "{id}/memberships/add", lists.add, LISTS_WRITE),
    ("PUT", "{id}/memberships/remove", lists.remove, LISTS_WRITE),
    ("PUT", "{id}/memberships/add-and-remove", lists.add_and_remove, LISTS_WRITE),
    ("GET", "records/{typeId}/{id}/memberships", lists.of_record, LISTS_READ),
]
LIMITS: list[Row] = [("GET", "custom-properties", accounts.custom_property_limits, None)]
SCHEMAS: list[Row] = [
    ("GET", "", accounts.schemas, None),
    ("GET", "{type}", accounts.schema, SCHEMA_READ),
]
ACCOUNT: list[Row] = [
    ("GET", "details", accounts.details, None),
    ("GET", "api-usage/daily/private-apps", accounts.usage, None),
]

AREAS: list[tuple[str, list[Row]]] = [
    ("objects", OBJECTS),
    ("properties", PROPERTIES),
    ("pipelines", PIPELINES),
    ("owners", OWNER_ROWS),
    ("lists", LISTS),
    ("limits", LIMITS),
]
"""Areas below ``/crm``: ``/crm/v3/{area}`` and ``/crm/{area}/{date}``."""


def build_router() -> Router:
    """Return the router of all CRM endpoints."""
    router = Router()
    for area, rows in AREAS:
        _mount(router, f"/crm/v3/{area}", "v3", rows)
        for date in DATED:
            _mount(router, f"/crm/{area}/{date}", date, rows)
    _mount(router, "/crm/v3/objects", "v3", LINKS[:1])
    _mount(router, "/crm/v4/objects", "v4", LINKS)
    _mount(router, "/crm/v3/associations", "v3", ASSOCIATIONS[:1])
    _mount(router, "/crm/v4/associations", "v4", ASSOCIATIONS)
    for date in DATED:
        _mount(router, f"/crm/objects/{date}", date, LINKS)
        _mount(router, f"/crm/associations/{date}", date, ASSOCIATIONS)
    for version in ("v3", *DATED):
        _mount(router, f"/crm-object-schemas/{version}/schemas", version, SCHEMAS)
        _mount(router, f"/account-info/{version}", version, ACCOUNT)
    _mount(router, "/crm/v3/schemas", "v3", SCHEMAS)
    _legacy(router)
    _oauth(router)
    return router


def _mount(router: Router, base: str, version: str, rows: list[Row]) -> None:
    for method, below, handler, scopes in rows:
        template = f"{base}/{below}".rstrip("/")
        router.add(
            Route(method, template, version, handler, scopes, below.endswith("{type}/search"))
        )


def _legacy(router: Router) -> None:
    rows: list[tuple[str, str, str, Handler, ScopeRule | None]] = [
        ("GET", "/marketing/v3/forms", "v3", forms.listing, FORMS),
        ("GET", "/marketing/v3/forms/{id}", "v3", forms.read, FORMS),
        (
            "GET",
            "/form-integrations/v1/submissions/forms/{id}",
            "v1",
            forms.submissions,
            FORMS,
        ),
        ("GET", "/calling/v1/dispositions", "v1", accounts.dispositions, None),
        ("GET", "/properties/v2/{type}/properties", "v2", properties.legacy_listing, SCHEMA_READ),
        (
            "GET",
            "/contacts/v1/contact/vid/{id}/profile",
            "v1",
            forms.profile,
            _fixed("crm.objects.contacts.read"),
        ),
        (
            "POST",
            "/oauth/v2/private-apps/get/access-token-info",
            "v2",
            accounts.private_app_token,
            None,
        ),
    ]
    for method, template, version, handler, scopes in rows:
        router.add(Route(method, template, version, handler, scopes))


def _oauth(router: Router) -> None:
    """Return the OAuth routes, which authenticate by their bodies."""
    for version in ("v1", "v3", *DATED):
        router.add(
            Route("POST", f"/oauth/{version}/token", version, accounts.oauth_token, is_open=True)
        )
    for version in ("v3", *DATED):
        base = f"/oauth/{version}/token"
        router.add(Route("POST", f"{base}/introspect", version, accounts.introspect, is_open=True))
        router.add(Route("POST", f"{base}/revoke", version, accounts.revoke, is_open=True))
    router.add(
        Route("GET", "/oauth/v1/access-tokens/{token}", "v1", accounts.access_token, is_open=True)
    )
