"""Every command that names the way back: it is copied from the screen, run, and leads back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sdrdesk.store.database.database import Database
from tests.support.desk_home import DeskHome, open_always
from tests.support.sandbox import Sandbox, running_sandbox

HINT = "Undo: "
ODD = """it's "odd"; $(touch x) `ls` --clear \\"""
"""A text that means something to a shell."""
VOLATILE = {"lastmodifieddate", "hs_lastmodifieddate", "hs_updated_by_user_id"}


@dataclass
class Office:
    """One rep on one account; each case takes a lead of its own."""

    desk: DeskHome
    crm: Sandbox
    leads: Iterator[str]
    inferred: Iterator[str] = field(default_factory=lambda: iter(()))

    def run(self, lead: str, *lines: str) -> None:
        for line in lines:
            self.desk.ok(*(part.replace("LEAD", lead) for part in shlex.split(line)))

    def here(self, lead: str) -> dict[str, Any]:
        """All that a rep decides about a lead, as it is on disk."""
        with Database.open(self.desk.home / "sdrdesk.db") as db, db.reader() as connection:
            columns = "status, lifecycle, do_not_call, persona, persona_value, zone, fit"
            mirror = connection.execute(f"SELECT {columns} FROM lead WHERE lead_id = ?", (lead,))
            rows = connection.execute("SELECT * FROM lead_desk WHERE lead_id = ?", (lead,))
            names = [column[0] for column in rows.description]
            found = rows.fetchone() or [None] * len(names)
            decided = {n: v for n, v in zip(names, found, strict=True) if n != "lead_id"}
            decided["pinned_ms"] = decided["pinned_ms"] is not None
            return {"lead": tuple(mirror.fetchone())} | {n: v or None for n, v in decided.items()}

    def there(self, lead: str) -> dict[str, str]:
        """The lead at the CRM."""
        held = self.crm.control(f"record/contacts/{lead}")["properties"]
        return {n: v for n, v in held.items() if n not in VOLATILE and v}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    open_always(home)
    with running_sandbox(leads=60, seed=7) as crm, pytest.MonkeyPatch.context() as patch:
        desk = DeskHome(home, crm, patch)
        path = "/crm/v3/properties/contacts/hs_persona"
        options = [*crm.get(path).json["options"], {"label": ODD, "value": "odd", "hidden": False}]
        assert crm.patch(path, {"options": options}).status == 200
        desk.ok("sync")
        with Database.open(home / "sdrdesk.db") as db, db.reader() as connection:
            query = (
                "SELECT lead_id, persona_value FROM lead WHERE archived = 0 AND persona <> ''"
                " AND zone <> '' ORDER BY lead_id"
            )
            rows = connection.execute(query).fetchall()
        yield Office(
            desk,
            crm,
            iter([lead for lead, value in rows if value]),
            iter([lead for lead, value in rows if not value]),
        )


RESTING = f"snooze LEAD +5h --reason {shlex.quote(ODD)}"
CASES = {
    "snooze": ((), "snooze LEAD +2h"),
    "snooze, resting already": ((RESTING,), "snooze LEAD +2h"),
    "skip": ((), "skip LEAD --reason later"),
    "skip, resting already": (("snooze LEAD +3d",), "skip LEAD --reason later"),
    "wake": ((RESTING,), "wake LEAD"),
    "wake, skipped": (("skip LEAD --reason 'not now'",), "wake LEAD"),
    "pin": ((), "pin LEAD"),
    "unpin": (("pin LEAD",), "unpin LEAD"),
    "zone": ((), "zone LEAD Asia/Tokyo"),
    "zone, settled already": (("zone LEAD Europe/Paris",), "zone LEAD Asia/Tokyo"),
    "zone --clear": (("zone LEAD Europe/Paris",), "zone LEAD --clear"),
    "persona": ((), "persona LEAD OTHER"),
    "persona --clear": ((), "persona LEAD --clear"),
    "persona with an odd name": (
        (f"persona LEAD {shlex.quote(ODD)}", "sync"),
        "persona LEAD OTHER",
    ),
    "persona, unsent before": ((f"persona LEAD {shlex.quote(ODD)}",), "persona LEAD OTHER"),
    "persona that was inferred": ((), "persona LEAD OTHER"),
}  # fmt: skip


AFTER_A_SYNC = [case for case in CASES if "persona" in case]
"""What goes to the CRM, and comes back from there."""


@pytest.mark.parametrize(
    ("case", "synced_between"),
    [*((case, False) for case in CASES), *((case, True) for case in AFTER_A_SYNC)],
)
def test_the_way_back_leads_back(office: Office, case: str, synced_between: bool) -> None:
    setup, act = CASES[case]
    lead = next(office.inferred if case.endswith("inferred") else office.leads)
    listed = office.desk.ok("persona", lead, "--json").json
    other = next(label for label in listed["personas"] if label not in (ODD, listed["persona"]))
    office.run(lead, *setup)
    upstream = office.there(lead)
    before = office.here(lead)
    words = [x.replace("LEAD", lead).replace("OTHER", other) for x in shlex.split(act)]
    told = office.desk.ok(*words)
    (hint,) = [line for line in told.err.splitlines() if line.startswith(HINT)]
    assert office.here(lead) != before
    if synced_between:
        office.desk.ok("sync")
    program, *copied = shlex.split(hint.removeprefix(HINT))
    assert program == "sdrdesk"
    office.desk.ok(*copied)
    assert office.here(lead) == before
    office.desk.ok("sync")
    assert office.here(lead) == before
    if case != "persona, unsent before":
        assert office.there(lead) == upstream
    else:
        assert office.there(lead)["hs_persona"] == "odd"


@pytest.mark.parametrize(
    ("setup", "act"),
    [
        ((), "wake LEAD"),
        (("pin LEAD",), "pin LEAD"),
        ((), "unpin LEAD"),
        ((), "zone LEAD"),
        ((), "zone LEAD --clear"),
        ((), "persona LEAD"),
    ],
)
def test_what_changed_nothing_names_no_way_back(
    office: Office, setup: tuple[str, ...], act: str
) -> None:
    lead = next(office.leads)
    office.run(lead, *setup)
    before = office.here(lead)
    told = office.desk.ok(*shlex.split(act.replace("LEAD", lead)))
    assert HINT not in told.err
    assert office.here(lead) == before


def test_a_persona_that_is_no_longer_offered_cannot_come_back(office: Office) -> None:
    lead = next(office.leads)
    with Database.open(office.desk.home / "sdrdesk.db") as db, db.writer() as connection:
        connection.execute("UPDATE lead SET persona_value = 'gone' WHERE lead_id = ?", (lead,))
    told = office.desk.ok("persona", lead, ODD)
    assert HINT not in told.err
    assert "no longer offers" in told.out
    assert "cannot be undone" in told.out
    # Other leads' items may wait too: which tests ran before differs with the workers.
    waiting = office.desk.ok("outbox", "--json").json
    (item,) = [item for item in waiting if item["lead_id"] == lead]
    office.desk.ok("outbox", "drop", item["key"])


def test_a_promise_that_is_closed_stays_closed_and_it_says_so(office: Office) -> None:
    lead = next(office.leads)
    office.run(lead, "dispose LEAD callback --callback +3d")
    told = office.desk.ok("unpromise", lead)
    assert HINT not in told.err
    assert "cannot be undone" in told.out


def test_an_outcome_goes_back_here_and_never_reaches_the_crm(office: Office) -> None:
    lead = next(office.leads)
    before, upstream = office.here(lead), office.there(lead)
    office.run(lead, "dispose LEAD nurture --note 'call in spring'", "undo", "sync")
    assert office.here(lead) == before
    assert office.there(lead) == upstream


def test_what_was_settled_or_dropped_says_that_it_is_final(office: Office) -> None:
    lead = next(office.leads)
    office.run(lead, "persona LEAD " + shlex.quote(ODD))
    office.crm.control("edit", {"type": "contacts", "id": lead, "properties": {"hs_persona": ""}})
    office.desk("sync")
    (conflict,) = [x for x in office.desk("conflicts", "--json").json if x["lead_id"] == lead]
    told = office.desk.ok("conflicts", "resolve", conflict["key"], "--take", "mine")
    assert "cannot be undone" in told.out
    (item,) = [x for x in office.desk.ok("outbox", "--json").json if x["lead_id"] == lead]
    assert "cannot be undone" in office.desk.ok("outbox", "drop", item["key"]).out
