"""One sandbox server for many schedules; each schedule gets another account on the same port.

Building a server and loading a desk takes far longer than playing a schedule, so both are copied:
the pickled account and the file of the desk's database.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.server.serving import Options, build
from sdrdesk.sync.engine import Tuning
from tests.support.sandbox import CONTROL_TOKEN, QUIET, Sandbox, serving
from tests.sync.desk import Desk, MovableClock, use_keys

START_MS = 1_795_300_000_000
LEADS = 8
MODES = ("marker", "field", "upsert")


class SharedClock(MovableClock):
    """The account's time plus the error of this machine's clock."""

    def __init__(self, arena: Arena) -> None:
        self.offset = timedelta()
        self._arena = arena

    def __call__(self) -> datetime:
        now = datetime.fromtimestamp(self._arena.account.now_ms / 1000, UTC)
        return now + self.offset


@dataclass(slots=True)
class Start:
    """The start of a schedule."""

    account: bytes
    database: Path


@dataclass
class Arena:
    """The server and the starts."""

    sandbox: Sandbox
    directory: Path
    starts: dict[str, Start] = field(default_factory=dict)
    played: int = 0

    @property
    def account(self) -> Account:
        """The account served now."""
        return self.sandbox.account

    def reset(self, mode: str) -> Path:
        """Serve a fresh account and return the path of a desk that has loaded it."""
        if mode not in self.starts:
            self._prepare(mode)
        start = self.starts[mode]
        self.sandbox.restore(start.account)
        self.played += 1
        # A directory of its own, so that a real `sdrdesk sync` can use it too.
        home = self.directory / str(self.played)
        home.mkdir(mode=0o700)
        path = home / "sdrdesk.db"
        shutil.copyfile(start.database, path)
        return path

    def advance(self, ms: int) -> None:
        """Advance the account's time."""
        self.account.clock.advance(ms)

    def flush(self) -> None:
        """Update the index and the roll-ups."""
        self.sandbox.control("index/flush", {})

    def _prepare(self, mode: str) -> None:
        switch: Any = "ignored" if mode == "field" else "supported"
        self.sandbox.restore(pickle.dumps(fresh_account(unique_on_activities=switch)))
        path = self.directory / f"start-{mode}.db"
        desk = Desk(self.sandbox, path, clock=SharedClock(self), tuning=TUNING)
        if mode != "marker":
            desk.crm.create_key_field(dry_run=False)
            use_keys(desk)
        desk.sync()
        self.advance(10_000)
        desk.sync()
        desk.close()
        with_wal = [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]
        assert not any(p.exists() and p.stat().st_size for p in with_wal)
        self.starts[mode] = Start(self.sandbox.saved(), path)


TUNING = Tuning(lock_wait_s=0.0, suspicious_least=100)


def fresh_account(**switches: Any) -> Account:
    """Return a small account with a frozen clock."""
    settings = Settings()
    settings.change(QUIET | switches)
    options = Options(leads=LEADS, seed=5, now_ms=START_MS, settings=settings, hostile_percent=0.0)
    account: Account = build(options).account
    account.clock.freeze()
    return account


@contextmanager
def open_arena() -> Iterator[Arena]:
    """Start the server."""
    with tempfile.TemporaryDirectory() as directory:
        options = Options(leads=LEADS, now_ms=START_MS, control_token=CONTROL_TOKEN)
        app = build(options)
        with serving(app) as url:
            owner = app.account.default_owner_email
            sandbox = Sandbox(url, "pat-sandbox", CONTROL_TOKEN, owner, app)
            yield Arena(sandbox, Path(directory))
