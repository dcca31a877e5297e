"""What leads mean, worked out in a process beside: the same, and never in the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.lead.enrichment import derive_with
from sdrdesk.services.sync.enrichment_worker import EnrichmentWorker
from sdrdesk.store.mirror.enrichment import CompanyValues, DerivedValues, enrich
from tests.support.patience import PATIENCE_S
from tests.support.processes import is_gone

LEADS = [
    RemoteLead(
        str(number),
        job_title=("CEO", "Head of Data", "Intern")[number % 3],
        phone=("+353 87 555 0142", "(617) 555-0144", "call me", "")[number % 4],
        country=("Ireland", "us", "")[number % 3],
        company_id="9" if number % 2 else "",
        persona="p1" if number % 5 == 0 else "",
    )
    for number in range(60)
]
COMPANIES: dict[str, CompanyValues] = {
    "9": ("9", "Acme", "acme.example", "Logistics", 40, "Germany", "", "Berlin", "", "")
}
PERSONAS = {"p1": "Operations Leader"}


@pytest.fixture
def rulebook(tmp_path: Path) -> Rulebook:
    return Rulebook(tmp_path)


@pytest.fixture
def beside(rulebook: Rulebook) -> Iterator[EnrichmentWorker]:
    with EnrichmentWorker(rulebook) as made:
        wait_ready(made)
        yield made


def wait_ready(beside: EnrichmentWorker) -> None:
    until = time.monotonic() + PATIENCE_S
    while (coming := beside.begin((), {}, {})) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert coming() == []


def process() -> int:
    """Return the id of the one process that was started."""
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    return child.pid


def test_it_says_the_same_as_this_process(beside: EnrichmentWorker, rulebook: Rulebook) -> None:
    here = enrich(LEADS, COMPANIES, derive_with(rulebook), PERSONAS)
    assert len({row[0] for row in here}) > 2  # of several fits
    pages = [LEADS[start : start + 7] for start in range(0, len(LEADS), 7)]
    waiting = [beside.begin(page, COMPANIES, PERSONAS) for page in pages]
    there: list[DerivedValues] = []
    for coming in waiting:
        assert coming is not None
        facts = coming()
        assert facts is not None
        there += facts
    assert there == here


def test_before_it_is_ready_nobody_waits_for_it(rulebook: Rulebook) -> None:
    with EnrichmentWorker(rulebook) as made:
        assert made.begin(LEADS, COMPANIES, PERSONAS) is None  # a process takes longer than that


def test_what_it_was_doing_when_it_was_killed_is_left_to_the_caller(
    beside: EnrichmentWorker,
) -> None:
    waiting = [beside.begin(LEADS * 40, COMPANIES, PERSONAS) for _ in range(2)]
    os.kill(process(), signal.SIGKILL)
    said = [coming() for coming in waiting if coming is not None]
    assert None in said
    assert beside.begin(LEADS, COMPANIES, PERSONAS) is None


def test_it_ends_with_its_block(rulebook: Rulebook) -> None:
    with EnrichmentWorker(rulebook) as made:
        wait_ready(made)
        made.begin(LEADS, COMPANIES, PERSONAS)  # the answer is never fetched
        pid = process()
    assert is_gone(pid)


def test_who_asks_never_waits_for_answers_that_nobody_takes(beside: EnrichmentWorker) -> None:
    for _ in range(400):  # far more than any pipe holds, either way
        assert beside.begin(LEADS, COMPANIES, PERSONAS) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import multiprocessing, sys, time\n"
        "from pathlib import Path\n"
        "from sdrdesk.rulebook import Rulebook\n"
        "from sdrdesk.services.sync.enrichment_worker import EnrichmentWorker\n"
        "if __name__ == '__main__':\n"
        "    with EnrichmentWorker(Rulebook(Path(sys.argv[1]))) as made:\n"
        "        while made.begin((), {}, {}) is None:\n"
        "            time.sleep(0.01)\n"
        "        print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "        time.sleep(60)\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        assert is_gone(pid)


def test_rules_that_cannot_be_handed_over_are_followed_here(rulebook: Rulebook) -> None:
    rulebook.__dict__["fit"] = lambda: 0
    with EnrichmentWorker(rulebook) as made:
        assert made.begin(LEADS, COMPANIES, PERSONAS) is None
