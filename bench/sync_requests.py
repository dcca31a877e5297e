"""Requests of a round: ``python -m bench.sync_requests [--leads N ...]``.

An idle round and a round with five changes, in a small and a large account: the numbers must be the
same. Then more than 10,000 changes at once, where a HubSpot search ends. The sandbox counts them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bench.homes import SDRDESK, Account, environment, listed_ids
from bench.table import verdict
from tests.support.sandbox import Sandbox, sandbox_process

LEADS = (1_000, 100_000)
CHANGES = 5
MANY = 10_500
CONTACTS = "/crm/objects/2026-09/contacts"


def sync(home: Path, crm: Sandbox) -> dict[str, Any]:
    """Run ``sdrdesk sync`` once and return its report."""
    account = Account(crm.url, crm.token, crm.owner, 0)
    told = subprocess.run(
        [SDRDESK, "sync", "--json"],
        env=environment(home, account),
        check=True,
        capture_output=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(told.stdout)
    return report


def cost(home: Path, crm: Sandbox) -> tuple[int, int, dict[str, Any]]:
    """Run one round and return its requests, its searches and its report."""
    crm.control("requests?reset=true")
    report = sync(home, crm)
    counts: dict[str, int] = crm.control("requests")["counts"]
    searches = sum(n for name, n in counts.items() if name.endswith("/search"))
    total = sum(n for name, n in counts.items() if name.startswith("status "))
    return total, searches, report


def change(crm: Sandbox, ids: Sequence[str], word: str) -> None:
    """Change leads as another user does, a hundred at a time."""
    for start in range(0, len(ids), 100):
        part = [{"id": i, "properties": {"city": word}} for i in ids[start : start + 100]]
        answer = crm.post(f"{CONTACTS}/batch/update", {"inputs": part})
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.text[:200]}")


def lead_ids(crm: Sandbox, number: int) -> list[str]:
    """Return the ids of ``number`` leads."""
    return list(islice(listed_ids(crm, CONTACTS), number))


def measure(leads: int, folder: Path) -> tuple[int, int]:
    """Print the rows of one account; return the requests of the idle and the busy round."""
    home = folder / f"home-{leads}"
    home.mkdir(mode=0o700)
    serve = ("--leads", str(leads), "--seed", "7", "--no-limits", "--lag-ms", "0")
    with sandbox_process(*serve) as (crm, _):
        load = cost(home, crm)
        sync(home, crm)  # the first round looks back further
        idle = cost(home, crm)
        change(crm, lead_ids(crm, CHANGES), "Five")
        few = cost(home, crm)
        row(leads, "first load", load)
        row(leads, "idle round", idle)
        row(leads, f"{CHANGES} changes", few)
        if leads > MANY:
            change(crm, lead_ids(crm, MANY), "Many")
            many = cost(home, crm)
            row(leads, f"{MANY:,} changes", many)
            right = many[2]["pulled"]["contacts"] >= MANY
            print(verdict(f"leads missed of {MANY:,} changed", float(not right), 0))
    return idle[0], few[0]


def row(leads: int, what: str, found: tuple[int, int, dict[str, Any]]) -> None:
    """Print one row of the table."""
    total, searches, report = found
    came = report["pulled"]["contacts"]
    print(f"| {leads:,} | {what} | {total} | {searches} | {came:,} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=list(LEADS))
    sizes = parser.parse_args().leads
    print("| leads | round | requests | of them searches | leads read |")
    print("| ---: | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        found = [measure(leads, Path(text)) for leads in sizes]
    (idle, few), (idle_large, few_large) = found[0], found[-1]
    print(verdict("idle round, largest / smallest account", idle_large / idle, 1.0))
    print(verdict(f"{CHANGES} changes, largest / smallest account", few_large / few, 1.0))


if __name__ == "__main__":
    main()
