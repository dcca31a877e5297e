"""A generated month of a small team, as rows, and the same month as plain dictionaries."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.merged_leads import merge_ids
from sdrdesk.store.tables import (
    ActivityRow,
    ConversionRow,
    CrmOptionRow,
    LeadBaseRow,
    OutboxRow,
    OwnerRow,
)
from tests.store.filling import call_row, lead_row, put

START = datetime(2026, 10, 10, tzinfo=UTC)
"""Dublin's clocks go back on 25 October, New York's on 1 November."""
NOW = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)
STAGES = [
    "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
    "customer", "evangelist", "other",
]  # fmt: skip
REASONS = {"not_interested": ["no_budget", "no_priority"], "disqualified": ["bad_fit", "student"]}
LABELS = {
    "no_answer": "No answer", "left_voicemail": "Left voicemail", "busy": "Busy",
    "gatekeeper": "Left live message", "wrong_number": "Wrong number", "callback": "Connected",
    "nurture": "Connected", "not_interested": "Connected", "disqualified": "Connected",
    "qualified": "Connected", "meeting_set": "Connected", "do_not_call": "Connected",
}  # fmt: skip
NAMES = {
    "no_answer": "No answer", "busy": "Busy", "callback": "Callback", "meeting_set": "Meeting set",
    "qualified": "Qualified", "not_interested": "Not interested",
}  # fmt: skip


@dataclass
class World:
    """What happened, the way a person would write it down."""

    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)


def moment(dice: random.Random, low: datetime, high: datetime) -> datetime:
    return low + timedelta(seconds=dice.randrange(int((high - low).total_seconds())))


def generate(db: Database, seed: int, leads: int = 60) -> World:
    """Fill ``db`` and tell what was put in."""
    dice = random.Random(seed)
    world = World()
    put(
        db,
        OwnerRow(owner_id="7", name="Rita Rep", email="rita@harbour.example"),
        OwnerRow(owner_id="8", name="Omar Haddad", email="omar@harbour.example"),
        *(
            CrmOptionRow(field="lifecycle", value=value, label=value, position=at)
            for at, value in enumerate(STAGES)
        ),
    )
    for number in range(leads):
        _lead(db, dice, world, str(501 + number))
    for number in range(leads * 6):
        _call(db, dice, world, number)
    _duplicates(db, dice, world)
    _corrections(db, dice, world)
    _merges(db, dice, world)
    return world


def _lead(db: Database, dice: random.Random, world: World, lead_id: str) -> None:
    times = sorted(
        {moment(dice, START - timedelta(days=9), NOW) for _ in range(dice.choice((1, 1, 2, 3)))}
    )
    seen = times[-1] + timedelta(seconds=dice.randrange(1, 4_000))
    told: dict[str, Any] = {
        "times": times, "latest": times[-1], "seen": seen, "archived": dice.random() < 0.08,
        "source": dice.choice(("PAID_SEARCH", "REFERRALS", "")), "owner": dice.choice("789"),
        "fit": dice.randrange(101), "stage": dice.choice(STAGES),
        "email": dice.choice(("", "a@b.c")),
        "title": dice.choice(("", "CTO")), "entered": {},
        "status": dice.choice(("NEW", "UNQUALIFIED")),
    }  # fmt: skip
    world.leads[lead_id] = told
    at = times[0]
    for stage in STAGES[1 : STAGES.index(told["stage"]) + 1]:
        at += timedelta(hours=dice.randrange(400))
        if dice.random() < 0.8 and stage != "other":  # some dates the CRM does not tell
            told["entered"][stage] = at
    if dice.random() < 0.1 and "lead" in told["entered"]:  # set back to the beginning, later
        told["entered"]["lead"] = at + timedelta(days=9)
    put(
        db,
        lead_row(
            lead_id, owner_id=told["owner"], source=told["source"], fit=told["fit"],
            lifecycle=told["stage"], email=told["email"], job_title=told["title"],
            status=told["status"], archived=told["archived"], country="IE", company_text="Acme",
            converted_ms=to_ms(times[-1]), first_converted_ms=to_ms(times[0]),
            conversions=len(times), seen_ms=to_ms(seen),
        ),
        *(ConversionRow(lead_id=lead_id, at_ms=to_ms(at)) for at in times[1:-1]),
        *(
            LeadBaseRow(lead_id=lead_id, field=f"stage:{stage}", at_ms=to_ms(at))
            for stage, at in told["entered"].items()
        ),
    )  # fmt: skip


def _call(db: Database, dice: random.Random, world: World, number: int) -> None:
    key = dice.choice(list(LABELS))
    lead_id = dice.choice(list(world.leads))
    local = dice.random() < 0.6
    owner = "7" if local else dice.choice("789")
    undone = local and dice.random() < 0.1
    plain = not local and (key not in NAMES or dice.random() < 0.5)
    at = moment(dice, START, NOW)
    kind = "change" if local and key == "disqualified" and dice.random() < 0.5 else "call"
    told: dict[str, Any] = {
        "key": f"a-{number}", "lead": lead_id, "owner": owner, "at": at, "kind": kind,
        "outcome": key, "known": local or not plain, "undone": undone, "corrected": False,
        "seconds": dice.choice((0, 25, 59, 60, 61, 300)), "local": local,
        "script": dice.choice(("", "demo@1", "demo@2")) if local else "",
        "reason": dice.choice(REASONS[key]) if local and key in REASONS else "",
        "callback": None,
    }  # fmt: skip
    if local and key == "callback":
        told["callback"] = at + timedelta(hours=dice.randrange(1, 40))
    world.calls.append(told)
    title = "" if local else "Call with Ada" if plain else f"{NAMES[key]} · Ada · Engines"
    row = call_row(
        lead_id, at, activity_key=told["key"], owner_id=owner, kind=kind, local=local,
        disposition=key if local else "", outcome_label=LABELS[key], title=title,
        duration_s=told["seconds"], script_id=told["script"], reason=told["reason"],
        callback_ms=None if told["callback"] is None else to_ms(told["callback"]),
        undone_ms=to_ms(at) if undone else None, crm_id="" if local else str(9_000 + number),
    )  # fmt: skip
    put(db, row)
    if local:
        state = "undone" if undone else dice.choice(("sent", "held", "blocked"))
        put(
            db,
            OutboxRow(
                key=told["key"], kind="call", lead_id=lead_id, activity_key=told["key"],
                payload_json="{}", state=state, created_ms=to_ms(at),
            ),
        )  # fmt: skip


def _duplicates(db: Database, dice: random.Random, world: World) -> None:
    """Log some calls a second time with another tool: whoever sees both cannot know, so both count.

    Same lead, same rep, same minute or the very same moment, same outcome; a key of its own.
    """
    for number, told in enumerate(list(world.calls)):
        if told["kind"] != "call" or dice.random() > 0.05:
            continue
        again = {
            **told, "key": f"d-{number}", "local": False, "known": False, "undone": False,
            "script": "", "reason": "", "callback": None,
            "at": told["at"] + timedelta(seconds=dice.choice((0, 0, 20))),
        }  # fmt: skip
        world.calls.append(again)
        put(
            db,
            call_row(
                again["lead"], again["at"], activity_key=again["key"], owner_id=again["owner"],
                local=False, outcome_label=LABELS[again["outcome"]], title="Call with Ada",
                duration_s=again["seconds"], crm_id=str(70_000 + number),
            ),
        )  # fmt: skip


def _merges(db: Database, dice: random.Random, world: World) -> None:
    """Merge some leads at the CRM: the survivor keeps its dates and takes what was done along."""
    ids = list(world.leads)
    dice.shuffle(ids)
    for old_id, new_id in zip(ids[:5], ids[5:10], strict=True):
        with db.writer() as connection:
            merge_ids(connection, old_id, new_id)
        old, new = world.leads.pop(old_id), world.leads[new_id]
        # The lead's own fields, first and latest conversion, are gone with it; those that this
        # desk had seen in between are not.
        new["times"] = sorted({*new["times"], *old["times"][1:-1]})
        new["entered"] = {**old["entered"], **new["entered"]}
        for call in world.calls:
            if call["lead"] == old_id:
                call["lead"] = new_id


def _corrections(db: Database, dice: random.Random, world: World) -> None:
    """Take some outcomes back after they were sent; some corrections were taken back themselves."""
    for number, told in enumerate(world.calls):
        if not told["local"] or told["undone"] or dice.random() > 0.12:
            continue
        stands = dice.random() < 0.7
        told["corrected"] = stands
        put(
            db,
            ActivityRow(
                activity_key=f"c-{number}", lead_id=told["lead"], owner_id="7", kind="change",
                at_ms=to_ms(told["at"]) + 60_000, corrects=told["key"], local=True,
                undone_ms=None if stands else to_ms(told["at"]) + 61_000,
            ),
        )  # fmt: skip
