"""The log file: rotated, private, and without the modules of ``logging.handlers``."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.logs import start_logging

FULL = "x" * 1_000_000
LOG = logging.getLogger("sdrdesk.test")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    path = tmp_path / "sdrdesk.log"
    start_logging(path)
    yield path
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_a_full_file_becomes_an_old_one_and_the_oldest_goes(log: Path) -> None:
    for number in range(5):
        LOG.info("line %d", number)
        with log.open("a", encoding="utf-8") as file:
            file.write(FULL)
    assert [path.name for path in sorted(log.parent.iterdir())] == [
        "sdrdesk.log", "sdrdesk.log.1", "sdrdesk.log.2", "sdrdesk.log.3",
    ]  # fmt: skip
    for number, name in ((4, log.name), (3, f"{log.name}.1"), (1, f"{log.name}.3")):
        assert f" line {number}\n" in log.with_name(name).read_text(encoding="utf-8")


def test_the_first_line_of_a_process_finds_the_file_full(log: Path) -> None:
    log.write_text(FULL, encoding="utf-8")
    LOG.info("only one line")
    assert log.stat().st_size < 200
    assert log.with_name("sdrdesk.log.1").stat().st_size == len(FULL)


def test_a_file_that_cannot_be_renamed_grows_on(log: Path) -> None:
    log.write_text(FULL, encoding="utf-8")
    log.with_name("sdrdesk.log.1").mkdir()
    log.with_name("sdrdesk.log.2").write_text("", encoding="utf-8")
    LOG.info("still written")
    assert log.read_text(encoding="utf-8").endswith("still written\n")
