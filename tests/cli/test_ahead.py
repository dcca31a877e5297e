"""What the coming hours will break, and triage of many leads, on the command line."""

from __future__ import annotations

import json

from tests.support.desk_home import ALWAYS_OPEN, DeskHome


def test_triage_before_leaving(synced: DeskHome) -> None:
    # Hours that close once a day, so that at any time of the day some do.
    daily = ALWAYS_OPEN.replace("00:00-24:00", "00:00-23:30")
    (synced.home / "windows.toml").write_text(daily, encoding="utf-8")
    found = synced.ok("ahead", "--hours", "24", "--json").json
    leads = found["leads"]
    assert found["total"] == len(leads) >= 4
    moments = [lead["at_risk"]["at"] for lead in leads]
    assert moments == sorted(moments)
    assert all(at <= found["until"] for at in moments)
    assert synced.ok("ahead", "--until", "in 24 hours", "--limit", "2", "--json").json["total"]
    assert leads[0]["name"] in synced.ok("ahead", "--hours", "24").out
    assert leads[0]["lead_id"] in synced.ok("ahead", "--hours", "24", "--csv").out

    ids = [lead["lead_id"] for lead in leads if lead["at_risk"]["what"] != "callback"][:3]
    made = synced.ok("settle", *ids, "nurture", "--json").json
    assert [lead["lead_id"] for lead in made["done"]] == ids
    assert made["left"] == []
    left = synced.ok("ahead", "--hours", "24", "--json").json["leads"]
    assert not {lead["lead_id"] for lead in left} & set(ids)
    assert {item["lead_id"] for item in synced.ok("outbox", "--json").json} == set(ids)
    assert {item["kind"] for item in synced.ok("outbox", "--json").json} <= {
        "contact",
        "note",
        "task",
    }


def test_what_is_refused_is_named_and_the_others_are_done(synced: DeskHome) -> None:
    ids = [row["lead_id"] for row in synced.ok("queue", "--limit", "2", "--json").json]
    ran = synced("settle", *ids, "nobody-9", "pin", "--json")
    assert ran.code == 5
    assert [lead["lead_id"] for lead in ran.json["left"]] == ["nobody-9"]
    rows = synced.ok("ahead", "--hours", "24", "--json").json["leads"]
    assert {row["pinned"] for row in rows if row["lead_id"] in ids} <= {True}
    assert synced("settle", "nobody-9", "pin").code == 1
    assert synced("settle", ids[0], "disqualify").code == 2
    assert synced("settle", ids[0], "pin", "--reason", "bad_fit").code == 2
    ran = synced("settle", ids[0], "disqualify", "--reason", "bad_fit", "--json")
    assert (ran.code, json.loads(ran.out)["action"]) == (0, "disqualify")


def test_the_plan_in_words(synced: DeskHome) -> None:
    ran = synced.ok("queue", "--where", "as of mon 15:00 utc, closing first")
    assert "plan for " in ran.out
    assert synced("queue", "--where", "as of blursday").code == 2
