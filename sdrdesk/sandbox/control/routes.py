"""The routes of the control API: ``/sandbox/control`` and ``/sandbox/practice``."""

from __future__ import annotations

from sdrdesk.sandbox.control import inspection, people, practice, records, settings
from sdrdesk.sandbox.web import Handler, Route, Router

_ROWS: list[tuple[str, str, Handler]] = [
    ("GET", "control/settings", settings.read_settings),
    ("POST", "control/settings", settings.change_settings),
    ("GET", "control/clock", settings.read_clock),
    ("POST", "control/clock", settings.set_clock),
    ("GET", "control/faults", settings.read_faults),
    ("POST", "control/faults", settings.add_fault),
    ("DELETE", "control/faults", settings.clear_faults),
    ("DELETE", "control/faults/{id}", settings.clear_fault),
    ("POST", "control/tokens", settings.add_token),
    ("POST", "control/apps", settings.add_app),
    ("DELETE", "control/tokens/{token}", settings.revoke_token),
    ("POST", "control/limits/reset", settings.reset_limits),
    ("POST", "control/index/flush", settings.flush_index),
    ("POST", "control/records", records.insert),
    ("POST", "control/edit", records.edit),
    ("POST", "control/associate", records.associate_records),
    ("POST", "control/archive", records.archive_records),
    ("POST", "control/restore", records.restore_records),
    ("POST", "control/purge", records.purge_records),
    ("POST", "control/merge", records.merge_records),
    ("POST", "control/convert", people.convert_contact),
    ("POST", "control/outcomes", people.change_outcomes),
    ("POST", "control/options", people.change_options),
    ("POST", "control/owners", people.put_owner),
    ("POST", "control/live", people.live),
    ("GET", "control/journal", inspection.journal),
    ("GET", "control/duplicates", inspection.duplicates),
    ("GET", "control/requests", inspection.requests),
    ("GET", "control/trace", inspection.trace),
    ("GET", "control/summary", inspection.summary),
    ("GET", "control/record/{type}/{id}", inspection.record),
    ("POST", "practice/dial", practice.dial),
]


def build_control() -> Router:
    """Return the router of the control API."""
    router = Router()
    for method, below, handler in _ROWS:
        router.add(Route(method, f"/sandbox/{below}", "control", handler))
    return router
