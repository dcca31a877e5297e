"""The workflows run only actions that are pinned by hash, with the version beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.made_docs import DOCS

WORKFLOWS = sorted((DOCS.parent / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w-]+(/[\w-]+)+@[0-9a-f]{40} # v\d")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_hash(workflow: Path) -> None:
    lines = [ln for ln in workflow.read_text("utf-8").splitlines() if "uses:" in ln]
    assert lines
    assert [line for line in lines if not PINNED.search(line)] == []


def test_ci_runs_every_python_that_the_project_names() -> None:
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    named = [c.rpartition(" ")[2] for c in project["classifiers"] if ":: 3." in c]
    ci = next(path for path in WORKFLOWS if path.name == "ci.yml").read_text("utf-8")
    assert f"python: {named}".replace("'", '"') in ci
