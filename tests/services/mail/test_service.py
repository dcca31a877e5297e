"""The follow-up e-mail: what it follows, who gets none, and that it is logged once."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, call_row, lead_row, put

KILLED = "tests.services.mail.killed"
SCRIPT = """\
+++
id = "own"
title = "Own"
persona = ["Plant Manager"]
+++

## Opener
Hi.

## E-mail after a voicemail
Subject: My message, {{ lead.first_name | default_to("there") }}

Hello {{ lead.first_name | default_to("there") }},
I left you a message.

{% if call.note %}I noted: {{ call.note }}{% endif %}

- one
- two

{{ my.first_name }}

## E-mail after a talk
Subject: Our talk

{% if answer.need %}You said: {{ answer.need }}{% endif %}

{{ lead.city }}
"""


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk, tmp_path: Path) -> LocalDesk:
    scripts = tmp_path / "rules" / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "own.md").write_text(SCRIPT, encoding="utf-8")
    put(
        db,
        lead_row(persona="Plant Manager"),
        lead_row("502", email_opt_out=True),
        lead_row("503", email="ada@x.example?bcc=all@x.example"),
        lead_row("504", email=""),
    )
    return make_desk(demo=True)


def emails(db: Database) -> list[tuple[object, ...]]:
    with db.reader() as connection:
        return connection.execute(
            "SELECT o.kind, o.state, a.note, json_extract(o.payload_json, '$.subject')"
            " FROM outbox o JOIN activity a USING (activity_key) WHERE o.kind = 'email'"
        ).fetchall()


def test_the_section_follows_the_outcome_and_merges_note_and_slots(desk: LocalDesk) -> None:
    desk.outcome.record("501", Entry("left_voicemail", NOW, note="budget in June {{ x }}"))
    view = desk.mail.view("501")
    assert (view.to, view.subject) == ("ada501@engines.example", "My message, Ada")
    assert view.body == (
        "Hello Ada, I left you a message.\n\nI noted: budget in June {{ x }}\n\n"
        "- one\n- two\n\nRita"
    )
    assert (view.template.partition("@")[0], view.note) == ("own", "budget in June {{ x }}")
    entry = Entry(
        "callback",
        NOW + timedelta(minutes=1),
        callback_at=NOW + timedelta(days=1),
        qualify={"need": "fewer lists"},
    )
    desk.outcome.record("501", entry)
    after = desk.mail.view("501")
    assert after.body.startswith("You said: fewer lists\n\n[city?]")
    assert after.missing == ("city",)


@pytest.mark.parametrize(
    ("label", "begins"), [("Connected", "[city?]"), ("Left voicemail", "Hello Ada, I left")]
)
def test_a_call_logged_with_another_tool_says_what_the_mail_follows(
    db: Database, desk: LocalDesk, label: str, begins: str
) -> None:
    earlier = "Left voicemail" if label == "Connected" else "Connected"
    put(db, call_row(at=NOW, outcome_label=label, crm_id="2"))
    put(db, call_row(at=NOW - timedelta(hours=1), outcome_label=earlier, crm_id="1"))
    assert desk.mail.view("501").body.startswith(begins)


def test_nobody_who_opted_out_or_has_no_plain_address_is_written_to(
    db: Database, desk: LocalDesk
) -> None:
    for lead_id in ("502", "503", "504"):
        with pytest.raises(UsageError):
            desk.mail.view(lead_id)
        with pytest.raises(UsageError):
            desk.mail.open(lead_id, "Hi", "there")
    assert (desk.mail.waiting(), emails(db)) == ([], [])


def test_saying_twice_that_it_went_logs_it_once_with_what_was_written(
    db: Database, desk: LocalDesk, make_desk: MakeDesk
) -> None:
    key = desk.mail.open("501", "Changed", "By me", "own@1").key
    assert emails(db) == []  # opened is not sent
    done = make_desk(demo=True).mail.went(key)  # another window
    assert done.activity_key == key
    with pytest.raises(NotFoundError):
        desk.mail.went(key)
    assert emails(db) == [("email", "held", "Changed\n\nBy me", "Changed")]
    assert desk.mail.waiting() == []
    desk.undo.last()
    assert [state for _, state, _, _ in emails(db)] == ["undone"]


def test_what_was_opened_before_is_asked_about(desk: LocalDesk) -> None:
    key = desk.mail.open("501", "Changed", "By me").key
    waiting = desk.mail.view("501").waiting
    assert waiting is not None
    assert (waiting.key, waiting.body) == (key, "By me")
    desk.mail.dropped(key)
    assert desk.mail.view("501").waiting is None


@pytest.mark.parametrize("point", ["before", "within", "after"])
def test_a_kill_between_it_went_and_the_log_loses_and_doubles_nothing(
    db: Database, desk: LocalDesk, tmp_path: Path, point: str
) -> None:
    key = desk.mail.open("501", "Changed", "By me").key
    command = [sys.executable, "-m", KILLED, point, str(db.path), str(tmp_path / "rules")]
    process = subprocess.run(command, check=False, timeout=60)
    assert process.returncode == -signal.SIGKILL
    if point == "after":
        assert desk.mail.waiting() == []
    else:
        assert [draft.key for draft in desk.mail.waiting("501")] == [key]
        desk.mail.went(key)
    assert [state for _, state, _, _ in emails(db)] == ["held"]
