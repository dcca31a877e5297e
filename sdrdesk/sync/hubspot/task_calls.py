"""Reading and changing single call tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import Gone
from sdrdesk.sync.hubspot.activity_mapping import (
    ACTIVITY_PROPERTIES,
    BODY,
    split_marker,
    to_activity,
)
from sdrdesk.sync.hubspot.create_bodies import TITLE_LIMIT
from sdrdesk.sync.hubspot.paths import path_step
from sdrdesk.sync.hubspot.payloads import Record, parse
from sdrdesk.sync.hubspot.pull_pages import PullCalls
from sdrdesk.sync.richtext import LIMIT, to_html, to_text

_STATUS: Final = {True: "NOT_STARTED", False: "COMPLETED"}


class TaskCalls(PullCalls):
    """The part of the client for call tasks."""

    def read_task(self, crm_id: str) -> RemoteActivity:
        """Return one task, without its contacts.

        Raises:
            Gone: deleted or purged.
        """
        return to_activity("task", self._task(crm_id), ())

    def change_task(self, crm_id: str, changes: Mapping[str, str]) -> RemoteActivity:
        """Change a task and return it as HubSpot has it then.

        Args:
            crm_id: the task.
            changes: any of open (``"true"``, ``"false"``), due_at, owner_id, subject, and body,
                which goes on top of the present text.

        Raises:
            Gone: deleted or purged.
        """
        out: dict[str, str] = {}
        if "open" in changes:
            out["hs_task_status"] = _STATUS[changes["open"] == "true"]
        if "due_at" in changes:
            out["hs_timestamp"] = changes["due_at"]
        if "owner_id" in changes:
            out["hubspot_owner_id"] = changes["owner_id"]
        if changes.get("subject"):
            out["hs_task_subject"] = one_line(changes["subject"], limit=TITLE_LIMIT)
        if changes.get("body"):
            out[BODY["task"]] = _on_top(changes["body"], self._task(crm_id).value(BODY["task"]))
        path = self._paths.objects("task", f"/{path_step(crm_id)}")
        self._http.write("PATCH", path, {"properties": out})
        return self.read_task(crm_id)

    def deleted_activities(self, kind: ActivityKindName, ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of these ids whose record was deleted; at most a page."""
        archived = {r.id for r in self._batch(kind, ids, (), archived=True).results}
        gone = [i for i in ids if i in archived]
        for record_id in ids:
            if record_id in archived:
                continue
            try:
                self._http.get(self._paths.objects(kind, f"/{path_step(record_id)}"))
            except Gone:
                gone.append(record_id)
        return tuple(gone)

    def _task(self, crm_id: str) -> Record:
        path = self._paths.objects("task", f"/{path_step(crm_id)}")
        wanted = ",".join(ACTIVITY_PROPERTIES["task"])
        return parse(Record, self._http.get(path, {"properties": wanted}))


def _on_top(text: str, before: str) -> str:
    """Return a body's HTML with ``text`` above what is there; our reference stays at the end."""
    both = to_html(text) + before
    if len(both) <= LIMIT:
        return both
    _, key = split_marker(to_text(before))
    return to_html(text, f"[ref sdrdesk {key}]" if key else "")
