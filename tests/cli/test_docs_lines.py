"""The command lines of the docs, run one after the other on a sandbox CRM."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from sdrdesk.domain.errors import ExitCode
from tests.architecture.test_docs import command_lines, pages
from tests.support.desk_home import DeskHome, Ran

NOT_RUN = {
    "demo": "opens the workbench",
    "login": "asks for a token, or for another CRM",
    "sandbox serve": "serves until it is stopped",
    "relay": "needs the server of a team feed",
    "log --watch": "goes on until it is stopped",
    "restore FILE": "needs the backup of another day",
    "import fair": "needs the list of a fair",
    "import list": "needs the list of a fair",
    "suppress import FILE": "needs a register",
    "undo --last": "an earlier line sent a message, which cannot be undone",
    "outbox retry KEY": "needs a refused item",
    "folder": "needs a folder between two machines",
    "rules": "needs the folder of a team",
    "report goals --team dublin": "needs teams",
    "callbacks --team NAME": "needs teams",
    "settle 101 102 assign omar": "needs a colleague of that name",
    'report speed --from "2 weeks ago" --leads "never': "saves a view, once",
    "queue --view forgotten": "needs that view",
}
"""Beginnings of the lines that are only parsed, and why."""


@pytest.mark.long
def test_the_lines_of_the_docs_run(
    synced: DeskHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [(page.name, line) for page in pages() for line in command_lines(page)]
    used = {start for _, line in lines for start in NOT_RUN if line.startswith(start)}
    assert used == set(NOT_RUN), "left out without need"
    wrong, ran = [], 0
    for page, line in lines:
        if line.startswith(tuple(NOT_RUN)):
            continue
        queue = json.loads(synced.ok("queue", "--json").out)
        ran += 1
        done = _run(synced, line, queue[0]["lead_id"])
        if "asked for no e-mail" in done.err:
            done = _run(synced, line, queue[1]["lead_id"])
        if done.code not in (ExitCode.DONE, ExitCode.NEEDS_PERSON):
            wrong.append(f"{page}: sdrdesk {line}: exit {done.code}: {done.err[:300]}")
    assert not wrong, "\n".join(wrong)
    assert ran > 35


def _run(synced: DeskHome, line: str, lead_id: str) -> Ran:
    words = shlex.split(re.sub(r"\b(?:512|614|ID)\b", lead_id, line), comments=True)
    words = words[: next((at for at, word in enumerate(words) if word in ("|", ">")), None)]
    return synced(*words)
