"""Day files of several reps merged into one, without a server, and their disagreements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_UNSENT = frozenset({"held", "queued", "sending", "blocked"})
"""States of activities that are not in the CRM yet."""
COMPARED = ("owner_id", "lead_id", "at", "disposition", "duration_s", "note", "kind")


class Logged(NamedTuple):
    """An activity of a day file; every value is text."""

    file: str
    activity_key: str
    crm_id: str
    state: str
    values: Mapping[str, str]
    """The fields of ``COMPARED``, and ``outcome``."""
    corrected: bool = False
    """The outcome was corrected after it was sent."""
    counts_in: tuple[str, ...] | None = None
    """The numbers of the day that count it, ``None`` in files of older versions."""


class Disagreement(NamedTuple):
    """A field of an activity that differs between files."""

    activity_key: str
    field: str
    told: tuple[tuple[str, str], ...]
    """(file, value) in the order of the files."""


class MergedLogs(NamedTuple):
    """The union of the files."""

    activities: tuple[Logged, ...]
    """Each once, oldest first, in the version of the rep who recorded it."""
    disagreements: tuple[Disagreement, ...]
    unsent: tuple[Logged, ...]
    """Activities that are not in the CRM according to every file."""
    not_at_crm: tuple[Logged, ...] = ()
    """Sent according to a rep's file, but not in the CRM; only when compared with the CRM."""
    not_in_files: tuple[Logged, ...] = ()
    """In the CRM for these reps and days, but in no file."""
    held_otherwise: tuple[tuple[Logged, str], ...] = ()
    """In the CRM as another kind of record (``note``, ``task`` …), for its own is not there."""

    def found_as(self, kinds: Mapping[str, str]) -> MergedLogs:
        """Return the same with what the CRM holds as another kind (by activity key) set apart."""
        gone = tuple(entry for entry in self.not_at_crm if entry.activity_key not in kinds)
        held = [(e, kinds[e.activity_key]) for e in self.not_at_crm if e.activity_key in kinds]
        return self._replace(not_at_crm=gone, held_otherwise=tuple(held))


def merge(entries: Iterable[Logged], crm: str | None = None) -> MergedLogs:
    """Return the union of day files by activity key and by the CRM's id.

    ``crm`` names the file with the CRM's activities, ``None`` without one. The desk that recorded
    an activity has its key, every other desk the CRM's id. An unknown value (``""``) is not a
    disagreement.
    """
    groups = _groups(entries)
    differences = [found for group in groups for found in _differences(group)]
    unsent = [
        _best(group)
        for group in groups
        if all(entry.state in _UNSENT and not entry.crm_id for entry in group)
    ]
    gone, untold = _reconciled(groups, crm) if crm else ([], [])
    return MergedLogs(
        _by_time(map(_best, groups)),
        tuple(sorted(differences)),
        _by_time(unsent),
        _by_time(gone),
        _by_time(untold),
    )


def _by_time(entries: Iterable[Logged]) -> tuple[Logged, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.values["at"], entry.activity_key)))


def _reconciled(groups: Iterable[Sequence[Logged]], crm: str) -> tuple[list[Logged], list[Logged]]:
    """Return what is in the files but not in the CRM, and what is only in the CRM."""
    gone, untold = [], []
    for group in groups:
        held = any(entry.file == crm for entry in group)
        if held and all(entry.file == crm for entry in group):
            untold.append(_best(group))
        elif not held and any(entry.crm_id or entry.state not in _UNSENT for entry in group):
            gone.append(_best(group))
    return gone, untold


def _groups(entries: Iterable[Logged]) -> list[list[Logged]]:
    """Return the entries grouped by activity, across files, keys and ids."""
    home: dict[tuple[str, str], list[Logged]] = {}
    for entry in entries:
        names = [("key", entry.activity_key)]
        if entry.crm_id:
            # A call and a task may have the same id in the CRM.
            names.append((entry.values["kind"], entry.crm_id))
        group = [entry]
        for known in {id(home[name]): home[name] for name in names if name in home}.values():
            group = known + group
        for member in group:
            home[("key", member.activity_key)] = group
            if member.crm_id:
                home[(member.values["kind"], member.crm_id)] = group
    return list({id(group): group for group in home.values()}.values())


def _best(group: Sequence[Logged]) -> Logged:
    """Return the entry of the desk that recorded it, else the first."""
    own = next((entry for entry in group if entry.state != "crm"), group[0])
    crm_id = own.crm_id or next((entry.crm_id for entry in group if entry.crm_id), "")
    return own._replace(crm_id=crm_id)


def _differences(group: Sequence[Logged]) -> Iterable[Disagreement]:
    if len(group) < 2:
        return
    key = _best(group).activity_key
    for name in COMPARED:
        told = tuple((entry.file, entry.values[name]) for entry in group if entry.values[name])
        if len({" ".join(value.split()) for _, value in told}) > 1:
            yield Disagreement(key, name, told)
