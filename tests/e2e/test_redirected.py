"""The workbench draws on the terminal also when its stderr goes elsewhere."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX"),
]
if os.name != "nt":
    from tests.support.terminal import terminal

SDRDESK = Path(sys.executable).parent / "sdrdesk"


@pytest.mark.parametrize("where", ["2>errors.txt", "2>&-"])
def test_with_stderr_in_a_file_or_closed_it_draws_and_quits(home: Path, where: str) -> None:
    environ = {**os.environ, "SDRDESK_HOME": str(home), "LANG": "C.UTF-8"}
    command = f"cd {shlex.quote(str(home.parent))} && exec {shlex.quote(str(SDRDESK))} {where}"
    with terminal(["/bin/sh", "-c", command], environ) as term:
        term.wait_for("of 0", "Queue")  # what the empty list says depends on what the sync has said
        term.send("q")
        assert term.wait_end() == 0
