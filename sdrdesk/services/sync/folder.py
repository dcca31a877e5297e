"""Two machines of one rep agree by way of a folder that the rep syncs; never required."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.store.shared.item_file import (
    SUFFIX,
    ItemFile,
    UnreadableFileError,
    read_file,
    write_file,
)
from sdrdesk.store.shared.ledger import (
    count_block_calls,
    has_blocks,
    items_to_tell,
    news_in,
    note_own,
    own_changes,
    take,
)
from sdrdesk.sync.errors import Busy
from sdrdesk.sync.lock import exclusive

_FORMAT: Final = "1"
_MOST_FILES: Final = 20
_PATIENCE_S: Final = 2.0
_ID: Final = "folder.machine"
_WRITTEN: Final = "folder.written"
_NO_REP: Final = (
    "The shared folder was not used: this machine does not know whose desk it is. "
    "Set it with sdrdesk login, or SDRDESK_OWNER."
)


class OtherMachine(NamedTuple):
    """Another machine of the rep."""

    name: str
    file: str
    written_at: datetime | None
    """Aware UTC."""


class FolderReport(NamedTuple):
    """The result of one exchange."""

    folder: str
    """``""``: none is set."""
    written: bool = False
    applied: int = 0
    """Decisions of other machines that changed something here."""
    machines: tuple[OtherMachine, ...] = ()
    problems: tuple[str, ...] = ()
    """Points for the rep, each a sentence."""


class FolderExchange:
    """Tells this machine's decisions to the others, and does what they decided."""

    def __init__(
        self,
        db: Database,
        folder: str,
        key: Callable[[], str],
        clock: Clock,
        me: Callable[[], Owner | None],
        follow: Callable[[Connection, Iterable[str]], None] = lambda _connection, _lead_ids: None,
    ) -> None:
        """Make an exchange.

        Args:
            db: the open database.
            folder: the setting; ``""`` for none.
            key: 64 hexadecimal digits, the same on all machines of the rep, ``""`` without one.
            clock: the current time.
            me: the rep; nothing is exchanged while they are unknown.
            follow: works out the cadences of leads that another machine put in or took out.
        """
        self._db = db
        self._folder = folder
        self._key = key
        self._clock = clock
        self._me = me
        self._follow = follow

    def run(self) -> FolderReport:
        """Read the files of the others, then write this machine's own if something changed.

        A problem is reported, never raised: the folder is a convenience.
        """
        if not self._folder:
            return FolderReport("")
        folder, me = self._path, self._me()
        if me is None:
            return FolderReport(self._folder, problems=(_NO_REP,))
        key, problem = self._usable_key()
        if problem:
            return FolderReport(self._folder, problems=(problem,))
        try:
            with exclusive(self._db.path, "folder", wait_s=_PATIENCE_S):
                return self._exchange(folder, key, me.owner_id)
        except Busy:
            return FolderReport(self._folder)  # another sdrdesk of this machine does it

    def look(self) -> tuple[str, ...]:
        """Return what keeps the machines from agreeing, each a sentence; changes nothing."""
        if not self._folder:
            return ()
        key, problem = self._usable_key()
        if problem:
            return (problem,)
        found = []
        with self._db.reader() as connection:
            own = self._named(get_state(connection, _ID))
        for path in self._files(self._path / f"{own}{SUFFIX}"):
            try:
                self._fetch(path, key)
            except UnreadableFileError as error:
                found.append(f"{one_line(path.name)} in the shared folder: {error}.")
        return tuple(found)

    @property
    def _path(self) -> Path:
        return Path(self._folder).expanduser()

    def _usable_key(self) -> tuple[str, str]:
        """Return the key, or ``""`` and what is missing."""
        if not self._path.is_dir():
            return "", (
                f"The folder {self._path} of [sync] folder does not exist or cannot be reached."
            )
        try:
            key = self._key()
        except SdrDeskError as error:
            return "", str(error)
        if not key:
            return "", (
                "The shared folder has no key on this machine. Run sdrdesk folder key on the first "
                "machine, and sdrdesk folder key --stdin on the others."
            )
        return key, ""

    def _files(self, own: Path) -> list[Path]:
        """Return the files of the other machines."""
        found = sorted(p for p in own.parent.glob(f"*{SUFFIX}") if p != own and p.is_file())
        return found[:_MOST_FILES]

    def _exchange(self, folder: Path, key: str, owner_id: str) -> FolderReport:
        machine = self._machine()
        own = folder / f"{machine}{SUFFIX}"
        now_ms = self._now_ms()
        with self._db.reader() as connection:
            account = get_state(connection, "account")
            changed = bool(own_changes(connection, machine, now_ms))
        if changed:
            with self._db.writer() as connection:
                note_own(connection, machine, now_ms)
        applied, machines, problems = self._read(own, key, account, owner_id)
        try:
            written = self._write(own, key, machine, account, owner_id)
        except OSError as error:
            written = False
            why = error.strerror or type(error).__name__
            problems.append(f"The shared folder {folder} cannot be written ({why}).")
        return FolderReport(self._folder, written, applied, tuple(machines), tuple(problems))

    def _read(
        self, own: Path, key: str, account: str, owner_id: str
    ) -> tuple[int, list[OtherMachine], list[str]]:
        applied, machines, problems = 0, [], []
        for path in self._files(own):
            try:
                found = self._fetch(path, key)
            except UnreadableFileError as error:
                problems.append(f"{one_line(path.name)} in the shared folder: {error}.")
                continue
            facts = found.facts
            if (facts.get("account"), facts.get("owner")) != (account, owner_id):
                continue  # of another rep, or of another account
            if facts.get("format") != _FORMAT:
                problems.append(f"{one_line(path.name)} is of another version of sdrdesk.")
                continue
            with self._db.reader() as connection:
                news = news_in(connection, found.items, self._now_ms())
            if news:
                with self._db.writer() as connection:
                    machine = own.name.removesuffix(SUFFIX)
                    applied += take(connection, news, machine, self._now_ms())
                    self._follow(
                        connection, [item.item_id for item in news if item.kind == "cadence"]
                    )
            written = facts.get("at_ms", "")
            machines.append(
                OtherMachine(
                    one_line(facts.get("name", ""), limit=60) or found.machine,
                    path.name,
                    from_ms(int(written)) if written.isdecimal() and len(written) < 15 else None,
                )
            )
        with self._db.reader() as connection:
            blocks = has_blocks(connection)
        if blocks:
            with self._db.writer() as connection:
                count_block_calls(connection)
        return applied, machines, problems

    def _fetch(self, path: Path, key: str) -> ItemFile:
        return read_file(path, key, self._db.path.parent)

    def _write(self, own: Path, key: str, machine: str, account: str, owner_id: str) -> bool:
        now_ms = self._now_ms()
        with self._db.reader() as connection:
            items = items_to_tell(connection, now_ms)
            written = get_state(connection, _WRITTEN)
        rows = [(*i.key, i.at_ms, i.machine, json.dumps(i.value, sort_keys=True)) for i in items]
        text = json.dumps([account, owner_id, key, rows])
        content = hashlib.sha256(text.encode()).hexdigest()
        if content == written and own.is_file():
            return False
        facts = {
            "format": _FORMAT, "account": account, "owner": owner_id, "at_ms": str(now_ms),
            "name": one_line(platform.node(), limit=60),
        }  # fmt: skip
        write_file(own, key, machine, facts, items, self._db.path.parent)
        with self._db.writer() as connection:
            set_state(connection, _WRITTEN, content, now_ms)
        return True

    def _machine(self) -> str:
        """Return the id of this machine; a copy of the database elsewhere has another one."""
        with self._db.reader() as connection:
            seed = get_state(connection, _ID)
        if not seed:
            seed = secrets.token_hex(8)
            with self._db.writer() as connection:
                set_state(connection, _ID, seed, self._now_ms())
        return self._named(seed)

    def _named(self, seed: str) -> str:
        place = f"{seed} {platform.node()} {self._db.path.absolute()}"
        return hashlib.sha256(place.encode()).hexdigest()[:16]

    def _now_ms(self) -> int:
        return to_ms(self._clock())
