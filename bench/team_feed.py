"""The team feed: ``python -m bench.team_feed [--desks N] [--lead-rounds N] [--conversions N]``.

Four measures. A thousand desks are simulated as in ``bench.crowd``, with the real client, limits
and pacing, and the real poller of the relay; the feed itself takes no simulated time. The others
run on this machine: a sandbox CRM, ``nats-server``, ``sdrdesk relay serve`` and the background sync
of one desk, each a process; and two desks that want the same lead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.crowd import BEGIN_S, Crowd, Desk, Habits, Seen
from bench.sandbox import started
from bench.table import p95, verdict
from sdrdesk.cli.sync_process import SyncProcess
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.feed.notes import MANY_DESKS
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.services.feed.mailbox import GATHER_S
from sdrdesk.services.sync.loop import FEED_INTERVAL_S
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.store.database.batches import chunks
from sdrdesk.sync.feed.bids import Bids
from sdrdesk.sync.feed.link import FeedServer, open_link
from sdrdesk.sync.feed.relay import make_streams
from sdrdesk.sync.feed.sources import CHECK_S, POLL_S, Poller
from sdrdesk.sync.hubspot.webhooks import signature
from sdrdesk.sync.port import Changed
from sdrdesk.sync.pull.schedule import next_round_s
from tests.support.desk_home import open_always
from tests.support.nats import nats_server

WEBHOOK_S = (0.3, 2.0)
"""How long HubSpot takes to tell of a change: a guess, its documentation promises nothing."""
RELAY_GATHERS_S = 0.25
_TRIES = 3
LANES = 20
"""Pairs of desks at the same time, each pair on a lead of its own."""
CONTROL = "control-of-the-bench"
SECRET, PUBLIC = "secret-of-the-bench", "https://relay.invalid/hubspot"
BURST = 10_000


class _FedDesk(Desk):
    """A desk on the feed: rounds are the net under it."""

    is_open = False
    _missed: Sequence[int] = ()

    def work(self) -> None:
        self.begin()
        self.is_open = True
        for index in self._missed:
            self.is_new(index)  # from before the rep was there
        if self._crowd.covered:
            self._come_back()
            self._world.sleep(self._dice.uniform(0.0, FEED_INTERVAL_S))
        while True:
            try:
                self.round(own_only=self._crowd.is_large)
            except SdrDeskError:
                self._crowd.seen.failed_rounds += self._crowd.measuring
            self._world.sleep(next_round_s(FEED_INTERVAL_S, jitter=self._dice.uniform))

    def _come_back(self) -> None:
        """Read what the server kept for this desk."""
        with suppress(SdrDeskError):
            self.client.read_leads([str(self.number + 1)])  # stands for the check of the account
            for part in chunks(list(self._missed), 100):
                self.client.read_leads([str(index + 1) for index in part])

    def told(self, index: int, modified_ms: int) -> None:
        """Read one lead, as after a note; the rep's own calls are known and not read."""
        if not self.is_open:
            self._missed = [*self._missed, index]
            return
        self._world.sleep(self._dice.uniform(0.0, GATHER_S))
        for _ in range(_TRIES):
            try:
                self.client.read_leads([str(index + 1)])
            except SdrDeskError:
                continue  # a read that failed comes with the next round
            self._crowd.noticed(self, [Changed(str(index + 1), modified_ms)])
            return


class FedCrowd(Crowd):
    """The same account, with a relay."""

    def __init__(
        self, desks: int, habits: Habits, seed: int, *, webhooks: bool, covered: bool = True
    ) -> None:
        super().__init__(desks, habits, seed)
        self._webhooks = webhooks
        self.covered = covered
        """Whether the relay ran while the desks were closed."""
        self.desks = [
            _FedDesk(self, number, number < round(desks * habits.active), self._dice.random())
            for number in range(desks)
        ]
        # The relay has the token of the team too.
        self._relay = Desk(self, desks, True, self._dice.random())
        self.is_large = desks > MANY_DESKS
        self._told: set[int] = set()

    def run(self, warm_up_s: float, measured_s: float) -> Seen:
        self.world.spawn(self._poll)
        if self._webhooks:
            self.world.spawn(self._deliver)
        return super().run(warm_up_s, measured_s)

    def _poll(self) -> None:
        every_s = CHECK_S if self._webhooks else POLL_S
        poller = Poller(
            self._relay.client,
            None,  # type: ignore[arg-type]  # ``look`` needs none
            lambda: datetime.fromtimestamp(self.world.now_s, UTC),
            every_s,
            self.world.now,
        )
        while True:
            with suppress(SdrDeskError):
                hints = poller.look()
                self._publish([int(h.record_id) - 1 for h in hints if h.kind == "lead"])
                if calls := [h.record_id for h in hints if h.kind == "call"]:
                    # Whose leads they are. Nearly all were made by the owner of the lead, whose
                    # desk knows them and reads nothing.
                    for start in range(0, len(calls), 100):
                        self._relay.client.read_activities("call", calls[start : start + 100])
            self.world.sleep(every_s)

    def _deliver(self) -> None:
        """Tell of each change of a lead as webhooks do, in batches of a second."""
        log = self.logs["lead"]
        done = 0
        while True:
            self.world.sleep(1.0)
            now_ms = self.world.now_s * 1000
            batch = []
            while done < len(log.at_ms) and log.at_ms[done] <= now_ms:
                if log.at_ms[done] >= BEGIN_S * 1000:
                    batch.append(done)
                done += 1
            if batch:
                late_s = self._dice.uniform(*WEBHOOK_S) - 1.0
                if late_s > 0:
                    self.world.sleep(late_s)
                self._publish(batch)

    def _publish(self, indices: Sequence[int]) -> None:
        self.world.sleep(RELAY_GATHERS_S)
        for start in range(0, len(indices), 100):
            part = indices[start : start + 100]
            try:
                self._relay.client.read_leads([str(index + 1) for index in part])
            except SdrDeskError:
                continue
            log = self.logs["lead"]
            for index in part:
                owner, new = log.owner[index], index not in self._told
                self._told.add(index)  # the relay tells each change once
                if owner >= 0 and new:
                    desk, at_ms = self.desks[owner], log.at_ms[index]
                    assert isinstance(desk, _FedDesk)
                    self.world.spawn(_telling(desk, index, at_ms))


def _telling(desk: _FedDesk, index: int, at_ms: int) -> Any:
    return lambda: desk.told(index, at_ms)


def requests_per_min(seen: Seen, measured_s: float) -> float:
    """Return how much the team asks, refused or not."""
    asked = len(seen.searches) + len(seen.others) + len(seen.refused)
    return 60 * asked / measured_s


def crowds(desks: int, minutes: float) -> None:
    """Print the table of simulated desks."""
    habits = Habits(push_requests=0)  # what reps record is the same either way
    span_s = minutes * 60
    rows: dict[str, tuple[Seen, float]] = {}
    print("| desks | how | requests/min | refused | in a block: median / p95 | idle p95 | unseen |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for name, crowd, warm_s, measured_s in (
        # Refused nine times of ten it takes long to simulate, and is the same every minute.
        ("polling", Crowd(desks, habits, desks), 420.0, min(span_s, 120.0)),
        ("relay looks", FedCrowd(desks, habits, desks, webhooks=False), 0.0, span_s),
        ("webhooks", FedCrowd(desks, habits, desks, webhooks=True), 0.0, span_s),
        (
            "webhooks, relay new",
            FedCrowd(desks, habits, desks, webhooks=True, covered=False),
            0.0,
            span_s,
        ),
    ):
        began_s = time.process_time()
        seen = crowd.run(warm_s, measured_s)
        rows[name] = (seen, measured_s)
        asked = len(seen.searches) + len(seen.others) + len(seen.refused)
        block, idle = seen.delays[True] or [0.0], seen.delays[False] or [0.0]
        print(
            f"| {desks} | {name} | {requests_per_min(seen, measured_s):.0f} |"
            f" {100 * len(seen.refused) / max(1, asked):.1f} % |"
            f" {median(block):.1f} / {p95(block):.1f} s | {p95(idle):.1f} s | {seen.unnoticed} |",
            flush=True,
        )
        print(f"{name}: {time.process_time() - began_s:.0f} s of CPU", file=sys.stderr)
    before, after = rows["polling"], rows["webhooks"]
    share = requests_per_min(*after) / requests_per_min(*before)
    seen = after[0]
    every = [*seen.delays[True], *seen.delays[False]]
    asked = len(seen.searches) + len(seen.others) + len(seen.refused)
    print()
    print(verdict(f"{desks} desks, webhooks, conversion to desk p95, s", p95(every), 5))
    print(verdict("the same, refused, %", 100 * len(seen.refused) / max(1, asked), 1))
    print(verdict("requests of the team, share of polling", share, 0.1))


def rounds_for_one_lead(url: str, rounds: int) -> int:
    """Let two desks want the same lead again and again; return how often both got it."""
    names = FeedNames.of("HubSpot 1")

    async def run() -> int:
        clients = [await open_link(FeedServer(url), "bench", f"_INBOX_{n}") for n in (1, 2)]
        await make_streams(clients[0], names)
        both = nobody = 0

        async def lane(lane: int) -> None:
            nonlocal both, nobody
            desks = [
                Bids(client.jetstream(timeout=60), names, f"7000{n}", f"d{n}-{lane}")
                for n, client in enumerate(clients)
            ]
            for number in range(lane, rounds, LANES):
                lead = f"l{number}"
                answers = await asyncio.gather(*(desk.bid(lead, "call") for desk in desks))
                winners = sum(answer is None for answer in answers)
                both += winners == 2
                nobody += winners == 0
                for desk in desks:
                    await desk.release(lead)

        await asyncio.gather(*map(lane, range(LANES)))
        for client in clients:
            await client.close()
        print(f"{rounds} rounds: both dialled {both}, nobody {nobody}")
        return both

    return asyncio.run(run())


@dataclass(slots=True)
class Fresh:
    """When leads were told as fresh."""

    seen: dict[str, float]
    online: threading.Event

    def hear(self, event: SyncEvent) -> None:
        if event.kind == "finished":
            self.online.set()
        for lead_id in event.fresh_lead_ids:
            self.seen.setdefault(lead_id, time.monotonic())


def convert(url: str, lead_id: str) -> None:
    """Submit a form for a lead of the sandbox."""
    request = urllib.request.Request(
        f"{url}/sandbox/control/convert",
        data=json.dumps({"contactId": lead_id}).encode(),
        headers={"X-Sandbox-Control": CONTROL, "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()


def tell_relay(port: int, account: str, lead_ids: Sequence[str]) -> None:
    """Send the relay a batch as HubSpot would, signed."""
    events = [{"portalId": int(account), "objectTypeId": "0-1", "objectId": i} for i in lead_ids]
    body, stamp = json.dumps(events).encode(), str(round(time.time() * 1000))
    headers = {
        "X-HubSpot-Signature-v3": signature(SECRET, "POST", PUBLIC, body, stamp),
        "X-HubSpot-Request-Timestamp": stamp,
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hubspot", body, headers)
    urllib.request.urlopen(request, timeout=30).close()


@contextmanager
def relay_process(environ: dict[str, str], *more: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Run ``sdrdesk relay serve``; yield its process id and what it says."""
    command = [sys.executable, "-m", "sdrdesk", "relay", "serve", *more]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        try:
            yield process.pid, said
        finally:
            process.terminate()


def requests_so_far(url: str) -> int:
    """Return how many requests the sandbox has answered."""
    request = urllib.request.Request(
        f"{url}/sandbox/control/requests", headers={"X-Sandbox-Control": CONTROL}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(json.load(answer)["total"])


def burst(url: str, port: int, account: str) -> None:
    """Tell the relay of ten thousand records at once; wait until it has looked at all."""
    began, before = time.monotonic(), requests_so_far(url)
    for start in range(0, BURST, 100):
        tell_relay(port, account, [str(10_000_000 + n) for n in range(start, start + 100)])
    until = began + 180
    while requests_so_far(url) - before < BURST / 100 and time.monotonic() < until:
        time.sleep(0.5)
    took_s, asked = time.monotonic() - began, requests_so_far(url) - before
    print(f"{BURST} records told at once: {asked} requests in {took_s:.0f} s")
    time.sleep(3)  # the last notes are on their way


def end_to_end(conversions: int, *, webhooks: bool) -> None:
    """Measure from a conversion in the sandbox to the event that puts the row on screen.

    With ``webhooks`` the bench sends them at once, and the index lags by ten minutes.
    """
    lag_ms = "600000" if webhooks else "0"
    how = "webhooks, index 10 min late" if webhooks else "relay looks"
    options = ("--public-url", PUBLIC, "--port", "0") if webhooks else ()
    with (
        tempfile.TemporaryDirectory() as folder,
        started(400, "--control-token", CONTROL, "--lag-ms", lag_ms) as crm,
        nats_server() as nats,
    ):
        url = f"http://{crm.connection.host}:{crm.connection.port}"
        environ = {
            **os.environ,
            "SDRDESK_HOME": str(Path(folder) / "desk"),
            "SDRDESK_API_URL": url,
            "SDRDESK_TOKEN": "pat-bench",
            "SDRDESK_OWNER": "70001",
            "SDRDESK_DB_KEY": "ab" * 32,
            "SDRDESK_FEED_URL": nats.url,
            "SDRDESK_WEBHOOK_SECRET": SECRET,
        }
        open_always(Path(folder) / "desk")
        subprocess.run(
            [sys.executable, "-m", "sdrdesk", "sync", "--quiet"], env=environ, check=False
        )
        fresh, stop = Fresh({}, threading.Event()), threading.Event()
        desk = SyncProcess(environ, 0.0, lambda *_: None)
        home = {"SDRDESK_HOME": str(Path(folder) / "relay")}
        with relay_process(environ | home, *options) as (relay, said):
            account = said["account"].removeprefix("HubSpot ")
            thread = threading.Thread(target=desk.run, args=(fresh.hear, stop.is_set))
            thread.start()
            fresh.online.wait(30)
            time.sleep(60)  # the last ordinary round of polling is over
            fresh.seen.clear()
            queue = subprocess.run(
                [sys.executable, "-m", "sdrdesk", "queue", "--limit", "100", "--json"],
                env=environ,
                stdout=subprocess.PIPE,
                check=True,
            )
            # Others may not be called, and are no fresh leads.
            leads = [row["lead_id"] for row in json.loads(queue.stdout)]
            late = []
            for number in range(conversions):
                lead_id = leads[number % len(leads)]
                began = time.monotonic()
                convert(url, lead_id)
                if webhooks:
                    tell_relay(said["webhooks_port"], account, [lead_id])
                while lead_id not in fresh.seen and time.monotonic() - began < 30:
                    time.sleep(0.02)
                late.append(fresh.seen.pop(lead_id, began + 30) - began)
                time.sleep(random.uniform(0.2, 1.5))
            if webhooks:
                burst(url, said["webhooks_port"], account)
            peak = _peak_mib(relay)
        stop.set()
        desk.kick()
        thread.join(10)
    print(f"{conversions} conversions: median {median(late):.1f}, max {max(late):.1f} s")
    print(verdict(f"conversion in the sandbox to the row, {how}, p95, s", p95(late), 3))
    print(verdict("relay, peak memory, MiB", peak, 80))


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=1000, help="0 leaves the simulation out")
    parser.add_argument("--minutes", type=float, default=60.0, help="simulated from the opening on")
    parser.add_argument("--lead-rounds", type=int, default=10_000)
    parser.add_argument("--conversions", type=int, default=100)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    if chosen.conversions:
        end_to_end(chosen.conversions, webhooks=False)
        end_to_end(chosen.conversions, webhooks=True)
    if chosen.lead_rounds:
        with nats_server() as nats:
            both = rounds_for_one_lead(nats.url, chosen.lead_rounds)
        print(verdict("two desks on one lead, double dials", both, 0))
    if chosen.desks:
        crowds(chosen.desks, chosen.minutes)


if __name__ == "__main__":
    main()
