"""Plant mistakes in the code, one group of files at a time, and count those the tests notice.

``make mutants`` or ``python -m bench.mutants ranking outcome`` runs mutmut on a copy of the tree in
a temporary directory, one group after another, and prints a table with the survivors below it.
Only the tests of ``make test`` count, not the longer ones. Texts of messages are not changed, tests
of their own read them; a statement of SQL in another case is the same statement and not counted.
``--sample 250`` tries that many mutants of each group, chosen by ``--seed``; the share is known
within 4 points (95 %).

Mutmut is not a dependency of the project: ``pip install mutmut`` first.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Group:
    """Files to plant mistakes in, and the tests that should notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """How many mutants of a group to try, 0 for all, and the seed that chooses them."""

    count: int
    seed: int


GROUPS = {
    "queue": Group(("sdrdesk/domain/queue/*.py",), ("tests/domain", "tests/services/queue")),
    "outcome": Group(("sdrdesk/domain/outcome/*.py",), ("tests/domain/outcome",)),
    "ranking": Group(
        ("sdrdesk/domain/ranking/*.py",),
        ("tests/domain/ranking", "tests/domain/queue", "tests/domain/lead"),
    ),
    "outbox": Group(
        ("sdrdesk/store/outbox/*.py",),
        (
            "tests/store/outbox",
            "tests/store/record",
            "tests/services/sync",
            "tests/sync/push",
        ),
    ),
    "push": Group(("sdrdesk/sync/push/*.py",), ("tests/sync/push", "tests/sync/promises")),
    "pull": Group(("sdrdesk/sync/pull/*.py",), ("tests/sync/pull", "tests/sync/promises")),
    "calibration": Group(("sdrdesk/domain/calibration/*.py",), ("tests/domain/calibration",)),
    "reports": Group(
        ("sdrdesk/domain/reports/*.py",), ("tests/domain/reports", "tests/services/reports")
    ),
    "config": Group(
        ("sdrdesk/domain/config/*.py", "sdrdesk/config.py"),
        ("tests/domain/config", "tests/test_config.py", "tests/test_config_file.py"),
    ),
    "mapping": Group(("sdrdesk/sync/*/mapping.py",), ("tests/sync/hubspot", "tests/conformance")),
    "relay": Group(("sdrdesk/sync/feed/*.py",), ("tests/sync/feed",)),
}

HARMLESS = (r"^\s*raise .*", r".*\.problem\(.*", r"(?i).*_log\..*")

EXPLAINED = {
    "if back_ms >= 0:": "a clock that was turned back by nothing moves no wait",
    "if age_s < self.knots[0][0]:": "at the first knot the curve gives that knot's weight too",
    'first, dash, last = key.rpartition("-")': "with two dashes one part is no number either way",
    "asked = any(not filled.get(name, None) for name in disposition.requires)": "None is false too",
    'size = COMPANIES_AT_ONCE if kind == "XXcompanyXX" else AT_ONCE': "the same records are stored",
    'self._land("COMPANY", self._crm.read_companies(part))': "the kind counts for activities alone",
    'cast("XXKindXX", kind),': "a name for the type checker alone",
    "if place.get(old, -1) <= place.get(now, 0):": "no two stages have the same place",
    "options = self._crm.options(None)": "all lists of the account hold that of the outcomes too",
    "for s, w in zip(scores, won, strict=False)": "both are by row",
    "for name in sorted(plan.write, ):": "of an outcome's fields do_not_call is first by name too",
}
"""Mutants that change nothing, by the line they make, and why."""

_SQL = re.compile(r"(?i:\b(select|update|delete|insert|where|set)\b)|[\"'] (AND|OR|FROM|ORDER BY) ")

CONFIG = """

[tool.mutmut]
source_paths = ["sdrdesk"]
only_mutate = {files}
do_not_mutate_patterns = {harmless}
pytest_add_cli_args = ["-m", "not long"]
pytest_add_cli_args_test_selection = {tests}
also_copy = ["bench", "contrib", "docs", "README.md"]
"""


def run(name: str, group: Group, place: Path, choose: Choice) -> tuple[Counter[str], list[str]]:
    """Return how many mutants ended in which state, and those that survived with their change."""
    tree = place / name
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for path in filter(None, files.split("\0")):
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write(
            CONFIG.format(
                files=json.dumps(group.files),
                harmless=json.dumps(HARMLESS),
                tests=json.dumps(group.tests),
            )
        )
    mutmut = [sys.executable, "-m", "mutmut"]
    env = {**os.environ, "TEXTUAL_ANIMATIONS": "none"}

    def results() -> list[tuple[str, str]]:
        listed = subprocess.run(
            [*mutmut, "results", "--all", "true"],
            cwd=tree, env=env, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        split = [line.strip().rpartition(": ") for line in listed.splitlines()]
        return [(mutant, state) for mutant, _, state in split if mutant]

    chosen: list[str] = []
    if choose.count:
        # Mutmut makes the mutants before it looks for the one that is named.
        subprocess.run([*mutmut, "run", "none"], cwd=tree, env=env, capture_output=True)
        names = sorted(mutant for mutant, _ in results())
        chosen = random.Random(choose.seed).sample(names, min(choose.count, len(names)))
    subprocess.run([*mutmut, "run", "--max-children", "2", *chosen], cwd=tree, env=env, check=True)
    tried = [(m, state) for m, state in results() if not chosen or m in set(chosen)]
    survivors = []
    states: Counter[str] = Counter()
    for mutant, state in tried:
        if state in ("survived", "no tests"):
            shown = subprocess.run(
                [*mutmut, "show", mutant], cwd=tree, env=env, capture_output=True, text=True
            ).stdout
            changes = _changes(shown)
            if _is_same_sql(changes):
                continue
            if " ".join(line[1:].strip() for line in changes if line[0] == "+") in EXPLAINED:
                states["explained"] += 1
                continue
            survivors.append("\n".join([mutant, *changes]))
        states[state] += 1
    return states, survivors


def _changes(diff: str) -> list[str]:
    lines = diff.splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def _is_same_sql(changes: list[str]) -> bool:
    """Return whether a statement only changed its case: SQL reads it as before."""
    if len(changes) != 2 or not _SQL.search(changes[0]):
        return False
    before, after = changes[0][1:], changes[1][1:]
    return before != after and before.casefold() == after.casefold()


def main() -> None:
    """Run the groups that are named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="default: all")
    parser.add_argument("--sample", type=int, default=0, help="mutants per group; default: all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    names = given.groups or list(GROUPS)
    print(f"{'':<11} {'mutants':>7} {'killed':>7} {'explained':>9} {'share':>6}")
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            states, survivors = run(
                name, GROUPS[name], Path(place), Choice(given.sample, given.seed)
            )
            total = sum(states.values())
            killed = states["killed"] + states["timeout"]
            known = states["explained"]
            share = (killed + known) / max(total, 1)
            print(
                f"{name:<11} {total:7,} {killed:7,} {known:9,} {share:6.1%}", *survivors, sep="\n"
            )


if __name__ == "__main__":
    main()
