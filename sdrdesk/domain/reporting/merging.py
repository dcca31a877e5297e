"""Day files of several reps made into one, without a server: a union, with disagreements told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

UNSENT = frozenset({"held", "queued", "sending", "blocked"})
"""States of what the CRM does not hold yet."""
COMPARED = ("owner_id", "lead_id", "at", "disposition", "duration_s", "note", "kind")


class Logged(NamedTuple):
    """One activity as a day file tells it; every value as text."""

    file: str
    activity_key: str
    crm_id: str
    state: str
    values: Mapping[str, str]
    """The fields of ``COMPARED``, and ``outcome``."""
    corrected: bool = False
    """The outcome was taken back after it was sent."""


class Disagreement(NamedTuple):
    """A field of one activity that two files tell differently."""

    activity_key: str
    field: str
    told: tuple[tuple[str, str], ...]
    """(file, value) of each file, in the order of the files."""


class Merged(NamedTuple):
    """The union of the files."""

    activities: tuple[Logged, ...]
    """Each once, oldest first; as the rep who recorded it tells it."""
    disagreements: tuple[Disagreement, ...]
    unsent: tuple[Logged, ...]
    """What no file knows to be at the CRM."""


def merge(entries: Iterable[Logged]) -> Merged:
    """Return the union of day files by activity key and by the CRM's id.

    The desk that recorded an activity knows it by its own key, every other desk by the CRM's id, so
    both count as the same. A value that one file does not know (``""``) is no disagreement.
    """
    groups = _groups(entries)
    activities = tuple(sorted(map(_best, groups), key=lambda e: (e.values["at"], e.activity_key)))
    differences = [found for group in groups for found in _differences(group)]
    unsent = [
        _best(group)
        for group in groups
        if all(entry.state in UNSENT and not entry.crm_id for entry in group)
    ]
    return Merged(
        activities,
        tuple(sorted(differences)),
        tuple(sorted(unsent, key=lambda entry: (entry.values["at"], entry.activity_key))),
    )


def _groups(entries: Iterable[Logged]) -> list[list[Logged]]:
    """Return what is the same activity, however many files and names tie it together."""
    home: dict[tuple[str, str], list[Logged]] = {}
    for entry in entries:
        names = [("key", entry.activity_key)]
        if entry.crm_id:
            # A call and a task may carry the same number at the CRM.
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
    """Return the telling of the desk that recorded it, else the first."""
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
