"""Many desks on one account in simulated time, with the real client and pacing.

Real: ``sync.pull.schedule`` (when a round starts and what it asks for), HubSpot's budget, its
client with paging and refusals, and the sandbox's rate limits. Simulated: records, network
delay, reps, and the mirror, of which only the cursor is kept. A test compares a round with the real
engine.
"""

from __future__ import annotations

import json
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import httpx

from bench.simulated import World
from sdrdesk.config import SyncSettings
from sdrdesk.domain.crm.records import ACTIVITY_KINDS, RemoteKind
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.sandbox.account.limits import Limits
from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.tokens import Token
from sdrdesk.sandbox.errors import ApiError
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.hubspot.paths import MODIFIED, PLURAL
from sdrdesk.sync.hubspot.transport import Timing
from sdrdesk.sync.port import Changed, CrmClient
from sdrdesk.sync.pull.schedule import IDLE_AFTER_S, due_kinds, next_round_s, overlap_s, rest_s
from sdrdesk.sync.tuning import Tuning

BEGIN_S: Final = 1_800_000_000.0
"""Start of simulated time; only differences count."""

_READ: Final = 100


@dataclass(frozen=True, slots=True)
class Habits:
    """Events in the account, per hour unless a name says otherwise."""

    active: float = 0.6
    """Share of the reps in a call block; the others only have the workbench open."""
    dials: float = 15.0
    """Calls of an active rep; each also changes its contact at the CRM."""
    push_requests: int = 5
    """Requests to send one outcome."""
    others: tuple[tuple[RemoteKind, float], ...] = (("task", 3.0), ("note", 1.0), ("meeting", 0.3))
    """Further activities of an active rep."""
    conversions: float = 4.0
    """Conversions per rep."""
    strangers: tuple[tuple[RemoteKind, float], ...] = (("lead", 500.0), ("company", 200.0))
    """Changes by others, whole account."""
    index_lag_s: float = 5.0
    """Delay until search shows a change."""
    answer_s: float = 0.2
    """Delay of an answer."""
    ten_seconds: int = 190
    """Requests per ten seconds and token of a Professional account (HubSpot, 2026-11-21)."""
    searches: int = 5
    """Searches per second of an account (HubSpot, 2026-11-21)."""


@dataclass(slots=True)
class Seen:
    """Events during the measured time."""

    searches: list[int] = field(default_factory=list)
    """Times of accepted searches, milliseconds."""
    others: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    delays: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    """Seconds from a conversion to the rep's screen; ``True`` for reps in a call block."""
    unnoticed: int = 0
    """Conversions older than two minutes that the rep has not seen at the end."""
    crowding: list[float] = field(default_factory=list)
    failed_rounds: int = 0


@dataclass(slots=True)
class _Log:
    """Changes of one kind, oldest first, each with its own millisecond and id."""

    at_ms: list[int] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    """Number of the desk whose lead it is, -1 for none or another kind."""
    converted: list[bool] = field(default_factory=list)

    def page(
        self, low_ms: int, high_ms: int, limit: int, owner: int | None
    ) -> tuple[list[int], bool]:
        """Return the numbers of at most ``limit`` changes in a span, and whether there are more."""
        start, stop = bisect_left(self.at_ms, low_ms), bisect_right(self.at_ms, high_ms)
        whose = [i for i in range(start, stop) if owner is None or self.owner[i] == owner]
        return whose[:limit], len(whose) > limit


class Crowd:
    """One account with its reps and its CRM."""

    is_large = False
    """Whether rounds ask for the rep's own leads only."""
    covered = False
    """Whether a team feed kept what changed while the desks were closed."""

    def __init__(self, desks: int, habits: Habits, seed: int) -> None:
        self.world = World(BEGIN_S)
        self.habits = habits
        self.seen = Seen()
        self.logs: dict[RemoteKind, _Log] = {kind: _Log() for kind in PLURAL}
        self.measuring = False
        self._dice = random.Random(seed)
        self._limits = Limits()
        self._settings = Settings(
            ten_second_limit=habits.ten_seconds, search_limit=habits.searches, daily_limit=None
        )
        self._kind_of = {plural: kind for kind, plural in PLURAL.items()}
        self.desks = [
            Desk(self, number, number < round(desks * habits.active), self._dice.random())
            for number in range(desks)
        ]

    def run(self, warm_up_s: float, measured_s: float) -> Seen:
        """Run the desks and return the events after the warm-up."""
        self._happen(warm_up_s + measured_s)
        for desk in self.desks:
            # Reps open the workbench over the first minutes of the morning.
            self.world.spawn(desk.work, self._dice.uniform(0, 300))
            if desk.active and self.habits.dials:
                self.world.spawn(desk.dial, self._dice.uniform(0, 300))

        def measure() -> None:
            self.measuring = True
            while True:
                self.world.sleep(60)
                self.seen.crowding += [desk.client.crowding for desk in self.desks]

        self.world.spawn(measure, warm_up_s)
        end_s = BEGIN_S + warm_up_s + measured_s
        self.world.run(end_s)
        for desk in self.desks:
            desk.client.close()
        log = self.logs["lead"]
        self.seen.unnoticed = sum(
            1
            for index, owner in enumerate(log.owner)
            if owner >= 0
            and log.converted[index]
            and BEGIN_S + warm_up_s <= log.at_ms[index] / 1000 <= end_s - 120
            and self.desks[owner].is_new(index)
        )
        return self.seen

    def answer(self, token: Token, request: httpx.Request) -> httpx.Response:
        """Answer one request as the CRM would, after its delay and within its limits."""
        search = request.url.path.endswith("/search")
        self.world.sleep(self.habits.answer_s)
        now_ms = round(self.world.now_s * 1000)
        try:
            headers = self._limits.admit(self._settings, token, search, now_ms)
        except ApiError as refusal:
            if self.measuring:
                self.seen.refused.append(now_ms)
            return httpx.Response(refusal.status, json=refusal.body(), headers=refusal.headers)
        if self.measuring:
            (self.seen.searches if search else self.seen.others).append(now_ms)
        body = self._found(request, now_ms) if search else self._read(request)
        return httpx.Response(200, json=body, headers=headers)

    def noticed(self, desk: Desk, found: Sequence[Changed]) -> None:
        """Note which of the leads a desk just read are its own conversions."""
        log = self.logs["lead"]
        for change in found:
            index = int(change.record_id) - 1
            if log.owner[index] == desk.number and log.converted[index] and desk.is_new(index):
                late_s = self.world.now_s - change.modified_ms / 1000
                if self.measuring:
                    self.seen.delays[desk.active].append(late_s)

    def _found(self, request: httpx.Request, now_ms: int) -> dict[str, object]:
        kind = self._kind_of[request.url.path.split("/")[-2]]
        asked = json.loads(request.content)
        tests = asked["filterGroups"][0]["filters"]
        low = int(tests[0]["value"])
        owner = int(tests[1]["value"]) if len(tests) > 1 else None
        log = self.logs[kind]
        visible_ms = now_ms - round(self.habits.index_lag_s * 1000)
        page, more = log.page(low, visible_ms, asked["limit"], owner)
        rows = [{"id": str(i + 1), "properties": {MODIFIED[kind]: str(log.at_ms[i])}} for i in page]
        return {"results": rows, **({"paging": {"next": {"after": "200"}}} if more else {})}

    def _read(self, request: httpx.Request) -> dict[str, object]:
        if "/associations/" in request.url.path:
            return {"results": []}
        asked = json.loads(request.content)["inputs"]
        return {"results": [{"id": item["id"], "properties": {}} for item in asked]}

    def _happen(self, span_s: float) -> None:
        """Plan all changes of the account."""
        habits, busy = self.habits, sum(desk.active for desk in self.desks)
        # Kind, times per hour, number of desks that may own it, whether it is a conversion.
        rates: list[tuple[RemoteKind, float, int, bool]] = [
            ("call", busy * habits.dials, 0, False),
            ("lead", busy * habits.dials, busy, False),
            *((kind, busy * rate, 0, False) for kind, rate in habits.others),
            *((kind, rate, 0, False) for kind, rate in habits.strangers),
            ("lead", len(self.desks) * habits.conversions, len(self.desks), True),
        ]
        events: dict[RemoteKind, list[tuple[int, int, bool]]] = {kind: [] for kind in PLURAL}
        for kind, per_hour, desks, converted in rates:
            for at in self._moments(per_hour, span_s) if per_hour else ():
                owner = self._dice.randrange(desks) if desks else -1
                events[kind].append((at, owner, converted))
        for kind, happened in events.items():
            log, last = self.logs[kind], 0
            for at, owner, converted in sorted(happened):
                last = max(at, last + 1)
                log.at_ms.append(last)
                log.owner.append(owner)
                log.converted.append(converted)

    def _moments(self, per_hour: float, span_s: float) -> Iterator[int]:
        # The account was as busy before; overlaps find that too.
        at = BEGIN_S - 7200
        while (at := at + self._dice.expovariate(per_hour / 3600)) < BEGIN_S + span_s:
            yield round(at * 1000)


class Desk:
    """One running workbench."""

    def __init__(self, crowd: Crowd, number: int, active: bool, seed: float) -> None:
        self.number = number
        self.active = active
        self._cursors: dict[str, int] = {}
        self._noticed: set[int] = set()
        self._own_at_s = 0.0
        self._crowd = crowd
        self._world = crowd.world
        self._dice = random.Random(seed)
        self._tuning = Tuning()
        self.looked: dict[RemoteKind, int] = {}
        self._widely: dict[RemoteKind, int] = {}
        token = Token("pat-team")  # one private app for the whole team: the tightest case
        self.client: CrmClient = hubspot_client(
            "https://crm.invalid",
            token.value,
            do_not_call=None,
            clock=lambda: datetime.fromtimestamp(self._world.now_s, UTC),
            transport=httpx.MockTransport(lambda request: crowd.answer(token, request)),
            timing=Timing(
                sleep=self._world.sleep,
                monotonic=self._world.now,
                chance=self._dice.randrange,
            ),
        )

    def begin(self) -> None:
        """Open the workbench; the first load was before."""
        now_ms = round(self._world.now_s * 1000)
        self._cursors = dict.fromkeys((*PLURAL, "own"), now_ms)
        # The first wide look back of a morning is at a different time for each desk.
        self._widely = {kind: now_ms - self._dice.randrange(3_600_000) for kind in PLURAL}

    def work(self) -> None:
        """Run background rounds forever."""
        self.begin()
        failures = 0
        while True:
            began_s, crowding = self._world.now_s, self.client.crowding
            try:
                self.round()
                failures = 0
            except SdrDeskError:
                failures += 1
                self._crowd.seen.failed_rounds += self._crowd.measuring
            wait_s = next_round_s(
                SyncSettings().interval_s,
                failures=failures,
                idle_s=0.0 if self.active else IDLE_AFTER_S,
                crowding=self.client.crowding,
                jitter=self._dice.uniform,
            )
            refused = bool(failures) or 1.0 < self.client.crowding >= crowding
            self._world.sleep(rest_s(wait_s, self._world.now_s - began_s, refused=refused))

    def dial(self) -> None:
        """Record outcomes; each is sent at once and takes some requests."""
        while True:
            self._world.sleep(self._dice.expovariate(self._crowd.habits.dials / 3600))
            try:
                for _ in range(self._crowd.habits.push_requests):
                    self.client.read_leads([str(self.number + 1)])
            except SdrDeskError:
                self._crowd.seen.failed_rounds += self._crowd.measuring

    def round(self, *, own_only: bool = False) -> None:
        """Ask what ``Delta.run`` asks in a background round."""
        now_ms = round(self._world.now_s * 1000)
        crowding = self.client.crowding
        self._look_at_own()
        due = due_kinds(self.looked, now_ms, light=True, tuning=self._tuning, crowding=crowding)
        if own_only:
            due = ()
        for kind in due:
            back_s, wide = overlap_s(
                self._widely.get(kind, 0), now_ms, tuning=self._tuning, crowding=crowding
            )
            self._look(kind, round(back_s * 1000))
            self.looked[kind] = now_ms
            if wide:
                self._widely[kind] = now_ms
        self.client.read_leads([str(self.number + 1)])

    def is_new(self, index: int) -> bool:
        """Return whether this conversion is new on the screen, and note it as seen."""
        new = index not in self._noticed
        self._noticed.add(index)
        return new

    def _look_at_own(self) -> None:
        self._own_at_s = self._world.now_s
        self._look("lead", round(self._tuning.overlap_s * 1000), str(self.number))

    def _look(self, kind: RemoteKind, back_ms: int, owner: str = "") -> None:
        name = "own" if owner else kind
        known_ms = self._cursors[name]
        for found in self.client.changed(kind, known_ms - back_ms, owner):
            # The index is equally late for everything here, so what is older was read before.
            news = [c for c in found if c.modified_ms > known_ms]
            for start in range(0, len(news), _READ):
                self._fetch(kind, news[start : start + _READ])
            self._cursors[name] = max(self._cursors[name], found[-1].modified_ms)
            late_s = self._world.now_s - self._own_at_s
            if not owner and late_s >= self._tuning.own_every_s:
                self._look_at_own()

    def _fetch(self, kind: RemoteKind, part: Sequence[Changed]) -> None:
        ids = [c.record_id for c in part]
        if kind == "lead":
            self.client.read_leads(ids, explain_missing=False)
            self._crowd.noticed(self, part)
        elif kind == "company":
            self.client.read_companies(ids)
        elif kind in ACTIVITY_KINDS:
            self.client.read_activities(kind, ids)
