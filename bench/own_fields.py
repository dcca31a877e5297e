"""Start with 20 properties of the account in the rules, and without: ``bench.own_fields``.

Two homes of the same leads; in one each lead has 20 properties of its own, and ``fit.toml`` has a
rule for each. The first painted row, and the CPU time of a page of the queue, in turns.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from statistics import median

from bench.homes import SDRDESK, environment, filled_home
from bench.startup import cpu, first_leads, row_word, until_painted
from bench.table import heading, row, verdict
from sdrdesk.store.database.database import Database

FIELDS = 20
MOST = 1.1
_PAGE = ["queue", "--limit", "25", "--json"]


def with_fields(home: Path, folder: Path) -> Path:
    """Return a copy of a home whose leads have properties, each with a rule in ``fit.toml``."""
    copy = folder / "with-fields"
    shutil.copytree(home, copy)
    rules = [
        f'[[rule]]\nname = "own_{n}"\nfield = "property:own_{n}"\nany = ["value 3"]\npoints = 1\n'
        f'text = "own {n}"\n'
        for n in range(FIELDS)
    ]
    text = 'extends = "shipped"\n' + "".join(rules)
    (copy / "fit.toml").write_text(text, encoding="utf-8")
    with Database.open(copy / "sdrdesk.db") as db, db.writer() as connection:
        ids = [lead_id for (lead_id,) in connection.execute("SELECT lead_id FROM lead")]
        connection.executemany(
            "UPDATE lead SET properties = ? WHERE lead_id = ?",
            (
                (json.dumps({f"own_{n}": f"value {(at + n) % 7}" for n in range(FIELDS)}), lead_id)
                for at, lead_id in enumerate(ids)
            ),
        )
    return copy


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as text:
        folder = Path(text)
        plain = filled_home(folder, asked.leads)
        homes = {"none": plain, f"{FIELDS} properties": with_fields(plain, folder)}
        environs = {name: environment(home, None) for name, home in homes.items()}
        # The first command scores every lead by the rules of its home, and writes bytecode.
        words = {name: row_word(first_leads(e, 1)[0]["name"]) for name, e in environs.items()}
        painted: dict[str, list[float]] = {name: [] for name in homes}
        page: dict[str, list[float]] = {name: [] for name in homes}
        for _ in range(asked.runs):
            for name, environ in environs.items():
                painted[name].append(until_painted([SDRDESK], environ, words[name]))
                page[name].append(cpu([SDRDESK, *_PAGE], environ))
        print(f"Properties in the rules, {asked.leads:,} leads, {asked.runs} runs\n{heading()}")
        for what, took in (("first painted row", painted), ("a page of the queue, CPU", page)):
            for name, times in took.items():
                print(row(f"{what}, {name}", times, "ms"))
            none, with_them = (median(times) for times in took.values())
            print(verdict(f"{what}, {FIELDS} / none", with_them / none, MOST))


if __name__ == "__main__":
    main()
