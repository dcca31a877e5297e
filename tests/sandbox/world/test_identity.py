"""The same arguments give the same bytes, in every process and release."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sdrdesk.sandbox.world import generate
from tests.sandbox.world.made import NOW_MS, fingerprint

PROGRAM = """
from sdrdesk.sandbox.world import generate
from tests.sandbox.world.made import NOW_MS, fingerprint
print(fingerprint(generate(11, 150, NOW_MS, 5.0)))
"""


def _in_process(hash_seed: str, zone: str) -> str:
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_two_processes_make_the_same_bytes() -> None:
    here = fingerprint(generate(11, 150, NOW_MS, 5.0))
    assert _in_process("0", "Asia/Tokyo") == _in_process("4711", "America/New_York") == here


def test_the_world_of_a_seed_stays_what_it_was() -> None:
    """After a deliberate change of the data, put the new fingerprint here and say so."""
    assert fingerprint(generate(7, 60, NOW_MS)) == FINGERPRINT


@pytest.mark.parametrize("other", [(8, 60, NOW_MS), (7, 61, NOW_MS), (7, 60, NOW_MS + 60_000)])
def test_other_arguments_make_another_world(other: tuple[int, int, int]) -> None:
    assert fingerprint(generate(*other)) != fingerprint(generate(7, 60, NOW_MS))


def test_a_world_can_be_read_twice_and_links_without_records() -> None:
    made = generate(7, 60, NOW_MS)
    links = list(made.links)
    assert list(made.records) == list(made.records)
    assert list(made.links) == links
    assert links


@pytest.mark.parametrize(("leads", "percent"), [(-1, 2.0), (10, -0.1), (10, 100.1)])
def test_senseless_arguments_are_refused(leads: int, percent: float) -> None:
    with pytest.raises(ValueError, match="must"):
        generate(7, leads, NOW_MS, percent)


@pytest.mark.parametrize("leads", [0, 1, 2, 3, 50, 399])
def test_there_are_exactly_as_many_contacts_as_asked_for(leads: int) -> None:
    contacts = [r for r in generate(3, leads, NOW_MS).records if r.type == "contacts"]
    assert len(contacts) == leads


def test_only_the_standard_library_is_used() -> None:
    """A package of names or numbers would change every world with its next release."""
    program = (
        "import sys; before = set(sys.modules); "
        "import sdrdesk.sandbox.world, sdrdesk.sandbox.world.live, sdrdesk.sandbox.world.practice; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    used = {name for name in done.stdout.split() if not name.startswith("_sysconfigdata")}
    assert used <= {"sdrdesk", *sys.stdlib_module_names}


FINGERPRINT = "0b1e7a17127e55d8cb0a264701da31d3abb28f71d5dc7f60b813d91f4f29ad37"
