"""Day files of several reps made into one, without a server: a union, with disagreements told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_UNSENT = frozenset({"held", "queued", "sending", "blocked"})
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
    not_at_crm: tuple[Logged, ...] = ()
    """What a rep's file says was sent and the CRM does not hold; told only against the CRM."""
    not_in_files: tuple[Logged, ...] = ()
    """What the CRM holds of these reps and days and no file tells."""


def merge(entries: Iterable[Logged], crm: str | None = None) -> Merged:
    """Return the union of day files by activity key and by the CRM's id.

    ``crm`` names the file that stands for what the CRM holds, ``None`` when it is not among them.

    The desk that recorded an activity knows it by its own key, every other desk by the CRM's id, so
    both count as the same. A value that one file does not know (``""``) is no disagreement.
    """
    groups = _groups(entries)
    activities = tuple(sorted(map(_best, groups), key=lambda e: (e.values["at"], e.activity_key)))
    differences = [found for group in groups for found in _differences(group)]
    unsent = [
        _best(group)
        for group in groups
        if all(entry.state in _UNSENT and not entry.crm_id for entry in group)
    ]
    gone, untold = _reconciled(groups, crm) if crm else ([], [])
    return Merged(
        activities,
        tuple(sorted(differences)),
        *(
            tuple(sorted(some, key=lambda entry: (entry.values["at"], entry.activity_key)))
            for some in (unsent, gone, untold)
        ),
    )


def _reconciled(groups: Iterable[Sequence[Logged]], crm: str) -> tuple[list[Logged], list[Logged]]:
    """Return what the files say the CRM has and it has not, and what only the CRM has."""
    gone, untold = [], []
    for group in groups:
        held = any(entry.file == crm for entry in group)
        if held and all(entry.file == crm for entry in group):
            untold.append(_best(group))
        elif not held and any(entry.crm_id or entry.state not in _UNSENT for entry in group):
            gone.append(_best(group))
    return gone, untold


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
