"""The routes of the control API: ``/sandbox/control`` and ``/sandbox/practice``."""

from __future__ import annotations

from sdrdesk.sandbox.control import people, practice, records, switches, watching
from sdrdesk.sandbox.web import Handler, Route, Router

_ROWS: list[tuple[str, str, Handler]] = [
    ("GET", "control/settings", switches.read_settings),
    ("POST", "control/settings", switches.change_settings),
    ("GET", "control/clock", switches.read_clock),
    ("POST", "control/clock", switches.set_clock),
    ("GET", "control/faults", switches.read_faults),
    ("POST", "control/faults", switches.add_fault),
    ("DELETE", "control/faults", switches.clear_faults),
    ("DELETE", "control/faults/{id}", switches.clear_fault),
    ("POST", "control/tokens", switches.add_token),
    ("DELETE", "control/tokens/{token}", switches.revoke_token),
    ("POST", "control/limits/reset", switches.reset_limits),
    ("POST", "control/index/flush", switches.flush_index),
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
    ("GET", "control/journal", watching.journal),
    ("GET", "control/duplicates", watching.duplicates),
    ("GET", "control/requests", watching.requests),
    ("GET", "control/trace", watching.trace),
    ("GET", "control/summary", watching.summary),
    ("GET", "control/record/{type}/{id}", watching.record),
    ("POST", "practice/dial", practice.dial),
]


def build_control() -> Router:
    """Return the router of the control API."""
    router = Router()
    for method, below, handler in _ROWS:
        router.add(Route(method, f"/sandbox/{below}", "control", handler))
    return router
