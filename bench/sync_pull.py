"""The first load compared with other programs: ``python -m bench.sync_pull [--rounds N]``.

25,000 contacts, 5,000 companies and 12,500 calls of a sandbox without limits, pulled in turns by
sdrdesk and by the programs of ``bench.pullers``. Then sdrdesk alone loads 100,000 contacts, for its
peak memory. Needs the network once, to install the others.

A busy machine slows concurrent programs more than sequential ones. ``--first`` (Linux, root) gives
the server and every program priority.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from bench.homes import listed_ids
from bench.pullers import PULLERS, Puller, Ran, pull
from bench.table import verdict
from tests.support.sandbox import Sandbox, sandbox_process

SHAPE = {"contacts": 25_000, "companies": 5_000, "calls": 12_500}
LARGE = 100_000
PAGE = 100
MOST_MIB = 200.0
ALWAYS = ("tasks", "notes", "meetings")
"""Pulled by sdrdesk only, so the measured account has none."""


def serve(leads: int) -> tuple[str, ...]:
    """Return the arguments of a sandbox without limits."""
    return ("--leads", str(leads), "--seed", "7", "--no-limits", "--lag-ms", "0")


def shape(crm: Sandbox) -> None:
    """Delete what the account has beyond the measured shape."""
    for kind in (*SHAPE, *ALWAYS):
        surplus = list(listed_ids(crm, f"/crm/v3/objects/{kind}"))[SHAPE.get(kind, 0) :]
        for start in range(0, len(surplus), 1000):
            crm.control("purge", {"type": kind, "ids": surplus[start : start + 1000]})


@contextmanager
def first_in_line(wanted: bool) -> Iterator[None]:
    """Give processes started inside priority over all other work."""
    if not wanted:
        yield
        return
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def ready(work: Path) -> list[tuple[Puller, Path]]:
    """Install every program; report and leave out those that cannot be."""
    found = []
    for puller in PULLERS:
        try:
            found.append((puller, puller.prepare(work)))
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"not installed: {puller.name} ({type(error).__name__})")
    return found


def once(puller: Puller, executable: Path, crm: Sandbox) -> Ran:
    """Run one program into an empty directory."""
    with tempfile.TemporaryDirectory(prefix="sdrdesk-bench-") as out:
        return pull(puller, executable, Path(out), crm)


def line(name: str, ran: Sequence[Ran]) -> str:
    """Return one row of the table."""
    took = sorted(r.cost.seconds for r in ran)
    cells = (
        name,
        f"{took[0]:.1f} / {median(took):.1f} / {took[-1]:.1f}",
        f"{median(r.cost.cpu_s for r in ran):.1f}",
        f"{ran[0].requests}",
        f"{max(r.cost.peak_mib for r in ran):.0f}",
        f"{ran[0].rows:,}",
        f"{max(r.doubled for r in ran)}",
    )
    return "| " + " | ".join(cells) + " |"


def compare(work: Path, rounds: int, *, first: bool) -> dict[str, list[Ran]]:
    """Run all programs in turns and print the table."""
    ran: dict[str, list[Ran]] = defaultdict(list)
    pullers = ready(work)
    with ExitStack() as stack:
        with first_in_line(first):
            crm, _ = stack.enter_context(sandbox_process(*serve(SHAPE["contacts"])))
        shape(crm)
        for _ in range(rounds):
            for puller, executable in tuple(pullers):
                try:
                    with first_in_line(first):
                        found = once(puller, executable, crm)
                except RuntimeError as error:  # a failure of ours counts
                    if puller is PULLERS[0]:
                        raise
                    print(f"gave up: {puller.name} ({str(error).splitlines()[0][:80]})")
                    pullers.remove((puller, executable))
                else:
                    ran[puller.name].append(found)
    print("| program | seconds min / median / max | CPU s | requests | peak MiB | rows | doubled |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, results in ran.items():
        print(line(name, results), flush=True)
    return ran


def judge(ran: dict[str, list[Ran]]) -> None:
    """Print which goals are met."""
    took = {name: median(r.cost.seconds for r in results) for name, results in ran.items()}
    cpu = {name: median(r.cost.cpu_s for r in results) for name, results in ran.items()}
    (ours, *_), names = ran.values(), list(ran)
    least = sum(-(-number // PAGE) for number in SHAPE.values())
    print(verdict("requests / fewest possible", ours[0].requests / least, 1.1))
    print(verdict("doubled rows", max(r.doubled for r in ours), 0))
    for name in names[1:]:
        most = 1 / 3 if "dlt" in name and "same" in name else 1.0
        print(verdict(f"seconds / {name}", took[names[0]] / took[name], round(most, 2)))
        print(f"     CPU / {name}: {cpu[names[0]] / cpu[name]:.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=LARGE, help="contacts of the memory run")
    default = Path(tempfile.gettempdir()) / "sdrdesk-peers"
    parser.add_argument("--work", type=Path, default=default, help="where environments are kept")
    parser.add_argument("--first", action="store_true", help="before all other work (root)")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    judge(compare(arguments.work, arguments.rounds, first=arguments.first))
    if arguments.large:
        with sandbox_process(*serve(arguments.large)) as (crm, _):
            large = once(PULLERS[0], Path(PULLERS[0].prepare(arguments.work)), crm)
        print(f"\nFirst load of {arguments.large:,} contacts: {large.cost.seconds:.0f} s")
        print(verdict("peak MiB", large.cost.peak_mib, MOST_MIB))


if __name__ == "__main__":
    main()
