"""The account for a check: asked now, as pulled before, or from a snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from sdrdesk.domain.check.account import (
    OPTION_FIELDS,
    AccountField,
    AccountOption,
    AccountOwner,
    AccountView,
    account_of_json,
)
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.errors import StorageError, UsageError
from sdrdesk.plain_file import read_plain, write_owned
from sdrdesk.store.account.lead_counts import lead_counts
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import former_names
from sdrdesk.store.mirror.options import options_of, owners
from sdrdesk.sync.errors import MissingScope
from sdrdesk.sync.port import STATUSES, CrmClient, LeadField, Survey

_MOST_BYTES = 8 * 1024 * 1024
_PULLED = "not asked now; as of the last sync"


def ask(crm: CrmClient, db: Database, seen: Survey | None = None) -> AccountView:
    """Return the account as it is now, with the counts of the leads on disk.

    ``seen``: a survey made just now.

    Raises:
        SdrDeskError: the CRM cannot be reached or refuses the token.
    """
    seen = seen or crm.survey()
    unread = dict(seen.not_read)
    scopes = list(seen.missing_scopes)
    everybody = None
    try:
        everybody = tuple(
            AccountOwner(o.owner_id, o.email, o.name, o.archived) for o in crm.owners()
        )
    except MissingScope as error:
        unread["owners"] = error.what
        scopes += [error.scope] if error.scope and error.scope not in scopes else []
    options = {
        kind: tuple(
            AccountOption(o.value, o.label, o.hidden) for o in seen.options if o.field == kind
        )
        for kind in OPTION_FIELDS
    }
    if seen.list_ids:
        # On a full disk the look goes on; the next one remembers.
        with suppress(StorageError), db.writer() as connection:
            former_names.remember(connection, former_names.LIST, seen.list_ids)
    return AccountView(
        name=crm.account_id(),
        options={kind: found for kind, found in options.items() if found or _has_none(kind, seen)},
        owners=everybody,
        lists=seen.lists,
        fields=_fields(seen.lead_fields) if seen.lead_fields else None,
        do_not_call_fields=tuple(field.name for field in seen.do_not_call_fields),
        number_fields=_fields(seen.number_fields),
        properties={kind: _fields(found) for kind, found in seen.properties.items()},
        missing_scopes=tuple(scopes),
        not_read=unread,
        renamed=_renamed(db, options, {v: name for name, v in seen.list_ids.items()}),
        mapping_problems=seen.mapping_problems,
        leads=from_disk(db).leads,
    )


def _has_none(kind: str, seen: Survey) -> bool:
    """Return whether the field of statuses was read and has no options, as a field may have."""
    return kind == "status" and bool(seen.properties.get("lead")) and STATUSES not in seen.not_read


def from_disk(db: Database, why: str = _PULLED) -> AccountView:
    """Return what earlier syncs brought: options, owners and leads; ``why`` nothing else."""
    found = options_of(db, *OPTION_FIELDS)
    everybody = owners(db)
    counts = lead_counts(db)
    options = {
        kind: tuple(AccountOption(o.value, o.label, o.hidden) for o in known)
        for kind, known in found.items()
        if known
    }
    return AccountView(
        options=options,
        owners=tuple(AccountOwner(o.owner_id, o.email, o.name, o.archived) for o in everybody)
        or None,
        not_read={"the account": why},
        renamed=_renamed(db, options, {}),
        leads=counts if counts.total else None,
    )


def _renamed(
    db: Database, options: Mapping[str, tuple[AccountOption, ...]], lists: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return former names with the names that the same options and lists (by id) have now."""
    present = {kind: {o.value: o.label for o in some} for kind, some in options.items()}
    present[former_names.LIST] = dict(lists)
    found = {}
    for kind, known in former_names.all_former(db).items():
        now = present.get(kind, {})
        own = {former_names.folded(name) for name in now.values()}
        found[kind] = {n: now[v] for n, v in known.items() if v in now and n not in own}
    return {kind: names for kind, names in found.items() if names}


def read_snapshot(path: Path) -> AccountView:
    """Return the account of a file written by ``setup --snapshot``.

    Raises:
        UsageError: it cannot be read, or is no snapshot.
    """
    try:
        data = json.loads(read_plain(path, _MOST_BYTES).decode("utf-8-sig"))
        if not isinstance(data, dict):
            raise _no_snapshot(path, "it is not a JSON object")
        return account_of_json(data)
    except ConfigProblem as error:
        raise _no_snapshot(path, f"{'.'.join(error.key_path)} {error.message}") from error
    except OSError as error:
        raise _no_snapshot(path, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _no_snapshot(path, f"it is not JSON ({error})") from error


def write_snapshot(path: Path, account: AccountView) -> None:
    """Write the account to ``path``, for ``rules check --account``.

    Raises:
        SdrDeskError: the file cannot be written.
    """
    text = json.dumps(account.to_json(), ensure_ascii=False, indent=1, sort_keys=True)
    write_owned(path, f"{text}\n", shared=True)


def _no_snapshot(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path} cannot be read as an account: {why}.",
        kept="Nothing was checked.",
        next_step="Write one where you are logged in: sdrdesk setup --snapshot FILE",
    )


def _fields(fields: Iterable[LeadField]) -> tuple[AccountField, ...]:
    return tuple(AccountField(f.name, f.label, f.options, f.is_boolean, f.kind) for f in fields)
