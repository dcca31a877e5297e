"""Changing calls and notes that are at HubSpot already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import cast

from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity
from sdrdesk.sync.hubspot.activity_mapping import (
    ACTIVITY_PROPERTIES,
    BODY,
    FACTS_PROPERTY,
    KEY_PROPERTY,
    key_in,
    to_activity,
)
from sdrdesk.sync.hubspot.create_bodies import properties_of
from sdrdesk.sync.hubspot.paths import path_step
from sdrdesk.sync.hubspot.payloads import Record, parse
from sdrdesk.sync.hubspot.pull_pages import PullCalls
from sdrdesk.sync.port import ActivityIntent, CreateItem, KeyMode
from sdrdesk.sync.richtext import to_text

_OUTCOME = ("hs_call_disposition", "hs_call_status", "hs_call_title")


class CorrectionCalls(PullCalls):
    """The part of the client that corrects activities."""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity, without its contacts.

        Raises:
            Gone: deleted or purged.
        """
        return to_activity(kind, self._record(kind, crm_id), ())

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change an activity in place; a visible reference in its text stays.

        Raises:
            Gone: deleted or purged.
        """
        record = self._record(item.kind, crm_id)
        text = to_text(record.value(BODY[item.kind]))
        marked, key = key_in(text), record.value(KEY_PROPERTY)
        field = bool(record.value(FACTS_PROPERTY))
        made = properties_of(
            replace(
                item,
                mode=KeyMode.MARKER if marked and not key else KeyMode.FIELD,
                key=key or marked or item.key,
                facts_in_text=not field,
                # Without a key nobody could tell the facts from a stranger's.
                intent=item.intent if key or marked else _without_facts(item),
            )
        )
        names = []
        if "text" in parts or ("facts" in parts and not field):
            names.append(BODY[item.kind])
        if "facts" in parts and field:
            names.append(FACTS_PROPERTY)
        if "outcome" in parts and item.kind == "call":
            names += _OUTCOME
        out = {name: made.get(name, "") for name in names}
        path = self._paths.objects(item.kind, f"/{path_step(crm_id)}")
        self._http.write("PATCH", path, {"properties": out})

    def _record(self, kind: ActivityKindName, crm_id: str) -> Record:
        path = self._paths.objects(kind, f"/{path_step(crm_id)}")
        wanted = ",".join(ACTIVITY_PROPERTIES[kind])
        return parse(Record, self._http.get(path, {"properties": wanted}))


def _without_facts(item: CreateItem) -> ActivityIntent:
    intent = dict(item.intent)
    intent.pop("facts", None)
    return cast(ActivityIntent, intent)
