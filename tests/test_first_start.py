"""The first start makes one key and one whole database, whatever happens at the same moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sdrdesk.store.database.connection import is_unencrypted
from sdrdesk.store.database.migrate import MIGRATIONS

pytestmark = pytest.mark.long

_START = """
import sys
from pathlib import Path
from sdrdesk.vault import open_vault
print("ready", flush=True)
sys.stdin.readline()
opened = open_vault(Path(sys.argv[1]), "auto", {})
with opened.database as db, db.writer() as connection:
    connection.execute("INSERT INTO owner VALUES (?, '', '', '', 0)", (sys.argv[2],))
print("encrypted" if db.encrypted else "plain", db.schema, flush=True)
"""

_STOP = """
import sys
from pathlib import Path
import sdrdesk.credentials, sdrdesk.store.database.database
import sdrdesk.store.database.create, sdrdesk.vault
import tests.support.keyrings
def stop(*_, **__):
    print("here", flush=True)
    sys.stdin.readline()
def stop_after(owner, name):
    real = getattr(owner, name)
    def stopping(*arguments, **named):
        made = real(*arguments, **named)
        stop()
        return made
    setattr(owner, name, stopping)
owner, name = sys.argv[2].rsplit(".", 1)
module, _, of = owner.partition(":")
place = sys.modules[module]
stop_after(getattr(place, of) if of else place, name)
sdrdesk.vault.open_vault(Path(sys.argv[1]), "auto", {})
"""

_STEPS = (
    "sdrdesk.vault.own_directory",
    "sdrdesk.vault.new_key",
    "tests.support.keyrings:FileKeyring.set_password",
    "sdrdesk.vault.save_database_key",
    "sdrdesk.store.database.create.own_file",
    "sdrdesk.store.database.create.bring_up",
    "sdrdesk.store.database.database.make_new",
)


def environ(tmp_path: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "tests.support.keyrings.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
    }


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str], word: str = "go") -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def begin(code: str, *arguments: str, env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )


def starts(path: Path, env: Mapping[str, str], *names: str) -> list[str]:
    """Start at the same moment, one process a name, and return what each said."""
    running = [begin(_START, str(path), name, env=env) for name in names]
    try:
        assert [heard(process) for process in running] == ["ready"] * len(running)
        for process in running:
            tell(process)
        return [heard(process) for process in running]
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    env = environ(tmp_path)
    for round_ in range(3):
        path = tmp_path / f"home{round_}" / "sdrdesk.db"
        assert starts(path, env, "1", "2", "3", "4") == [f"encrypted {MIGRATIONS.head}"] * 4
        assert not is_unencrypted(path)
        # The key of the keyring opens it again, and every start is in the same file.
        assert starts(path, env, "5") == [f"encrypted {MIGRATIONS.head}"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal nobody can catch")
@pytest.mark.parametrize("step", _STEPS)
def test_a_kill_in_the_first_start_leaves_what_the_next_can_open(tmp_path: Path, step: str) -> None:
    env, path = environ(tmp_path), tmp_path / "home" / "sdrdesk.db"
    process = begin(_STOP, str(path), step, env=env)
    assert heard(process) == "here"
    process.kill()
    process.communicate()
    assert not path.exists() or path.stat().st_size > 0
    for name in ("1", "2"):
        assert starts(path, env, name) == [f"encrypted {MIGRATIONS.head}"]
    assert not list(path.parent.glob(".*.new*"))
