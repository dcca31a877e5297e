"""Imports in a fresh interpreter; import-linter checks the contracts too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S

HEAVY = ("textual", "httpx", "sqlmodel", "sqlalchemy", "alembic", "keyring", "starlette", "uvicorn")


def imported_by(code: str) -> set[str]:
    script = f"{code}\nimport sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return {name.partition(".")[0] for name in done.stdout.split()} & set(HEAVY)


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import sdrdesk", set()),
        (
            "import sdrdesk.domain.ranking.ranking, sdrdesk.domain.queue.eligibility",
            set(),
        ),
        ("import sdrdesk.cli.main", set()),
        ("import sdrdesk.services.desk.local", set()),
        ("import sdrdesk.sync.engine", {"sqlmodel", "sqlalchemy"}),
        ("import sdrdesk.services.sync.loop", {"sqlmodel", "sqlalchemy"}),
        ("import sdrdesk.app", {"textual"}),
        ("import sdrdesk.sandbox.server.server", {"uvicorn"}),
    ],
)
def test_a_room_imports_only_what_it_may(code: str, allowed: set[str]) -> None:
    assert imported_by(code) <= allowed


def test_the_first_row_waits_for_no_sync_no_outcome_and_no_numbering_plan() -> None:
    code = "import sdrdesk.cli.workbench, sdrdesk.app, sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    late = (
        "phonenumbers", "jinja2", "openpyxl", "hashlib", "sdrdesk.sync", "sdrdesk.store",
        "sdrdesk.scripting", "sdrdesk.services.lead", "sdrdesk.services.people",
        "sdrdesk.services.call",
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert not {name for name in loaded if name.startswith(late)}
    assert len([name for name in loaded if name.startswith("sdrdesk")]) < 115, "was 261 once"


def test_help_and_queue_import_no_textual(tmp_path: Path) -> None:
    code = (
        f"import os; os.environ['SDRDESK_HOME'] = {str(tmp_path)!r}\n"
        "from sdrdesk.cli.main import run\n"
        "import io, contextlib\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert run(['--help']) == 0\n"
        "    assert run(['queue', '--json']) == 0\n"
        "import sys; assert '_hashlib' not in sys.modules, 'OpenSSL takes 3 ms to load'\n"
    )
    imported_by(code.partition("import sys")[0])  # makes the database, with Alembic
    assert imported_by(code) <= {"keyring"}


def test_what_runs_before_the_first_row_waits_for_no_state_line(tmp_path: Path) -> None:
    code = (
        f"import os; os.environ['SDRDESK_HOME'] = {str(tmp_path)!r}\n"
        "import sdrdesk.cli.workbench, sys\n"
        "from sdrdesk.cli.session import open_session\n"
        "with open_session() as session:\n"
        "    session.settings\n"
        "    import sdrdesk.app\n"
        "    session.sync_process()\n"
        "    queue = session.desk.queue\n"
        "    snapshot = queue.working(first=40, show_in_call=True)\n"
        "    queue.rows(snapshot, 0, 40)\n"
        "print(*sys.modules, sep='\\n')\n"
        "from dataclasses import dataclass\n"
        "ours = [one for one in sys.modules if one.startswith('sdrdesk')]\n"
        "slow = [one for one in ours if getattr(sys.modules[one], 'dataclass', 0) is dataclass]\n"
        "print('slow:', *slow)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    modules, _, slow = done.stdout.partition("slow:")
    assert not slow.split(), "use sdrdesk.domain.light_dataclass"
    loaded = set(modules.split())
    late = (
        "click", "phonenumbers", "sdrdesk.services.sync.status", "sdrdesk.services.log",
        "sdrdesk.services.reports", "sdrdesk.services.call", "sdrdesk.domain.lead.lead",
        "sdrdesk.domain.crm.records", "sdrdesk.domain.reports", "sdrdesk.screens.block",
        "sdrdesk.screens.shell.dialogs", "sdrdesk.services.desk.protocol",
        "sdrdesk.services.views.call", "sdrdesk.services.views.lead",
        "sdrdesk.services.views.block",
    )  # fmt: skip
    assert not {name for name in loaded if name.startswith(late)}


def test_a_press_of_tab_loads_little(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.environ.update(_SDRDESK_COMPLETE='view', SDRDESK_HOME=sys.argv[1])\n"
        "import sdrdesk.__main__ as entry; entry.main(); print(*sys.modules, sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"click", "json", "dataclasses", "platformdirs", "sdrdesk.credentials"}
    ours = {name for name in loaded if name.startswith("sdrdesk.")}
    assert len(ours) <= 9, sorted(ours)
