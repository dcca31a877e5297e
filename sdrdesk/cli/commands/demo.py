"""The demo: the workbench on a private sandbox CRM, which is a process of its own.

There is one directory per seed and size, so that the next demo continues the last one. The demo has
its own clock, set to a working hour: at night and on Sundays the queue would be empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sdrdesk.cli.options import flag, integer_option
from sdrdesk.cli.session import Session
from sdrdesk.cli.terminal.output import say_err
from sdrdesk.cli.terminal.progress import clear_line, show_sync
from sdrdesk.cli.workbench import need_terminal, run_plain, run_workbench
from sdrdesk.clock import Clock, iso, parse_iso, system_clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.logs import start_logging
from sdrdesk.paths import find_paths
from sdrdesk.services.rep_zone import rep_zone
from sdrdesk.services.views.call import PracticeView

if TYPE_CHECKING:
    from sdrdesk.services.views.call import PracticeView

_OPENS, _CLOSES = time(9, 0), time(16, 30)
"""The demo starts between these in the rep's zone, with enough of the day left for a block."""
_START = time(14, 5)
"""Outside those hours the demo's clock starts here, when both Europe and America are at work."""
_SATURDAY = 5
_READY_S = 60.0
_BEAT_S = 5.0
_CONFIG = """\
# Made-up leads need no encryption, and a key for them would end up in your keyring.
[storage]
encryption = "off"
"""


@dataclass(frozen=True, slots=True)
class Crm:
    """A running sandbox CRM."""

    url: str
    token: str
    owner: str
    control_token: str


@click.command
@integer_option("--leads", "Number of leads.", default=400, low=1, high=100_000)
@integer_option("--seed", "The same seed generates the same account.", default=7)
@flag("--plain", "Call line by line, without a screen.")
def demo(leads: int, seed: int, plain: bool) -> None:
    """Open the workbench on a private sandbox CRM; your own data is not touched."""
    if not plain:
        need_terminal()
    base = find_paths(os.environ)
    base.ensure()
    folder = base.data_dir / "demo" / f"seed{seed}-leads{leads}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    zone = rep_zone("", os.environ)
    demo_clock = DemoClock(folder / "clock.json", zone)
    first_run = not (folder / "crm.sqlite3").exists()
    say_err(f"Starting a private sandbox CRM with {leads} leads …")
    with sandbox_crm(folder, leads=leads, seed=seed, now=demo_clock.now()) as crm:
        environ = demo_environment(os.environ, folder / "home", crm)
        paths = find_paths(environ)
        paths.ensure()
        if not paths.config_file.exists():
            paths.config_file.write_text(_CONFIG, encoding="utf-8")
        start_logging(paths.log_file)
        session = Session(paths, environ, demo_clock.now, demo=True, practice=practice_with(crm))
        ended = demo_clock.keep_remembering()
        try:
            say_err("Fetching them over HTTP …")
            session.engine(on_progress=show_sync).run(release_held=False)
            clear_line()
            if plain:
                run_plain(session)
            else:
                run_workbench(session, first_run=first_run)
        finally:
            ended.set()
            demo_clock.remember()
            session.close()
    say_err(f"The demo is kept in {folder}; the same command continues it.")


def demo_environment(environ: Mapping[str, str], home: Path, crm: Crm) -> dict[str, str]:
    """Return an environment without the rep's own account."""
    kept = {name: value for name, value in environ.items() if not name.startswith("SDRDESK_")}
    return kept | {
        "SDRDESK_HOME": str(home),
        "SDRDESK_TOKEN": crm.token,
        "SDRDESK_API_URL": crm.url,
        "SDRDESK_OWNER": crm.owner,
        "SDRDESK_DO_NOT_CALL": "do_not_call_phone=true",
    }


class DemoClock:
    """A clock that starts at a working hour and stops between demos."""

    def __init__(self, path: Path, zone: ZoneInfo, real: Clock = system_clock) -> None:
        self._path = path
        self._real = real
        self._offset = working_moment(self._stored() or real(), zone) - real()

    def now(self) -> datetime:
        """Return the current time of the demo, aware UTC."""
        return self._real() + self._offset

    def remember(self) -> None:
        """Save the time for the next demo."""
        self._path.write_text(json.dumps({"demo_now": iso(self.now())}), encoding="utf-8")

    def keep_remembering(self) -> threading.Event:
        """Save the time every few seconds, in case of a kill, until the returned event is set."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(_BEAT_S):
                self.remember()

        threading.Thread(target=beat, name="demo-clock", daemon=True).start()
        return ended

    def _stored(self) -> datetime | None:
        try:
            return parse_iso(json.loads(self._path.read_text(encoding="utf-8"))["demo_now"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # the first demo, or an edited file: start over


def working_moment(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return ``moment`` if it is in working hours in ``zone``, else the next working moment."""
    local = moment.astimezone(zone)
    if local.weekday() < _SATURDAY and _OPENS <= local.time() <= _CLOSES:
        return moment
    day = local.date()
    if local.time() > _START or local.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, _START, zone).astimezone(moment.tzinfo)


@contextmanager
def sandbox_crm(folder: Path, *, leads: int, seed: int, now: datetime) -> Iterator[Crm]:
    """Run a sandbox CRM with its account in ``folder``, and stop it at the end.

    Raises:
        SdrDeskError: it did not start.
    """
    command = [sys.executable, "-m", "sdrdesk.sandbox", "serve", "--port", "0"]
    command += ["--leads", str(leads), "--seed", str(seed), "--now", iso(now), "--live"]
    command += ["--state", str(folder / "crm.sqlite3"), "--exit-with-parent"]
    log = folder / "crm.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own module, arguments as a vector
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield _ready(process, log)
        finally:
            _stop(process)


def _ready(process: subprocess.Popen[str], log: Path) -> Crm:
    line = process.stdout.readline() if process.stdout else ""
    try:
        told = json.loads(line)
        return Crm(told["url"], told["token"], told["owner"], told["control_token"])
    except (ValueError, KeyError) as error:
        process.wait(timeout=_READY_S)
        last = log.read_text(encoding="utf-8").strip().splitlines()[-1:] or ["no reason given"]
        raise SdrDeskError(
            f"The sandbox CRM did not start: {last[0]}",
            kept="Your own data was not touched.",
            next_step=f"Its log is {log}.",
        ) from error


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def practice_with(crm: Crm) -> Callable[[str, str], PracticeView | None]:
    """Return a function that asks the sandbox CRM how a lead answers a practice call."""

    def ask(lead_id: str, number: str) -> PracticeView | None:
        import httpx

        try:
            answer = httpx.post(
                f"{crm.url}/sandbox/practice/dial",
                json={"contactId": lead_id, "number": number},
                headers={"Authorization": f"Bearer {crm.token}"},
                timeout=5,
            )
            answer.raise_for_status()
            told = answer.json()
            return PracticeView(
                bool(told["answered"]), int(told["ring_s"]), str(told["by"]), str(told["reaction"])
            )
        except (httpx.HTTPError, ValueError, KeyError):
            return None  # the demo works without it

    return ask
