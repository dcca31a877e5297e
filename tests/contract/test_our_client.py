"""sdrdesk's requests fit HubSpot's published request models, field by field."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_shapes import parse, unknown_fields
from tests.support.desk_home import DeskHome
from tests.support.sandbox import Answer, Sandbox, running_sandbox

REQUESTS: list[tuple[str, str, str]] = [
    (r"POST .*/objects/\S+/search$", "crm.contacts", "PublicObjectSearchRequest"),
    (r"POST .*/batch/read$ assoc", "crm.associations.v4",
     "BatchInputPublicFetchAssociationsBatchRequest"),
    (r"POST .*/objects/\S+/batch/read$", "crm.contacts", "BatchReadInputSimplePublicObjectId"),
    (r"POST .*/objects/\S+/batch/upsert$", "crm.contacts",
     "BatchInputSimplePublicObjectBatchInputUpsert"),
    (r"POST .*/objects/\S+/batch/update$", "crm.contacts",
     "BatchInputSimplePublicObjectBatchInput"),
    (r"POST .*/objects/\S+/batch/archive$", "crm.contacts", "BatchInputSimplePublicObjectId"),
    (r"POST .*/objects/\S+/(calls|tasks|notes|meetings)$", "crm.objects",
     "SimplePublicObjectInputForCreate"),
    (r"PATCH .*/objects/\S+$", "crm.contacts", "SimplePublicObjectInput"),
    (r"POST .*/properties/\S+/groups$", "crm.properties", "PropertyGroupCreate"),
    (r"POST .*/properties/\S+$", "crm.properties", "PropertyCreate"),
]  # fmt: skip
BARE = re.compile(r"^(GET|DELETE) |/associations/default/|/memberships/|/oauth/|/lists/")
"""Requests without a body, or without a model for it in the client."""


def _model(line: str) -> tuple[str, str] | None:
    if "/crm/associations/" in line and line.endswith("/batch/read"):
        line += " assoc"
    for pattern, module, name in REQUESTS:
        if re.search(pattern.replace("$ assoc", " assoc$"), line):
            return module, name
    return None


def _lenient(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with the lists that the models require but the documented API does not."""
    return {"propertiesWithHistory": [], "properties": [], "associations": []} | body


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT10:00:00Z")


def _work(crm: Sandbox, desk: DeskHome) -> None:
    def run(*arguments: str) -> None:
        done = desk(*arguments, SDRDESK_DB_KEY="0" * 64)
        assert done.code in (0, 5), (arguments, done.out, done.err)

    contacts = [row["id"] for row in crm.get("/crm/v3/objects/contacts?limit=10").json["results"]]
    run("sync", "--json")
    run("dispose", contacts[0], "no_answer", "--note", "nobody there", "--json")
    run("sync", "--json")
    run("setup", "--yes")
    run("dispose", contacts[1], "callback", "--callback", _in_days(6), "--json")
    run("dispose", contacts[2], "meeting_set", "--meeting", _in_days(7), "--json")
    run("sync", "--json")


def test_our_requests_fit_the_published_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sandbox(leads=30, seed=3, hostile=0) as crm:
        crm.settings(trace=True)
        _work(crm, DeskHome(home, crm, monkeypatch))
        rows = crm.control("trace")["results"]
        journal = crm.journal()
    seen: Counter[str] = Counter()
    for row in rows:
        line = f"{row['method']} {row['path']}"
        there = "OBJECT_ALREADY_EXISTS" in str(row["answer"])
        assert row["status"] < 400 or row["status"] == 404 or there, (line, row["answer"])
        model = _model(line)
        if model is None:
            assert BARE.search(line), f"no published model is known for {line}"
            continue
        seen[model[1]] += 1
        body = _lenient(json.loads(row["body"]))
        parsed = parse(*model, Answer(200, {}, body, json.dumps(body)))
        assert list(unknown_fields(parsed, json.loads(row["body"]))) == [], line
    assert {"PublicObjectSearchRequest", "PropertyCreate", "SimplePublicObjectInput"} <= set(seen)
    assert seen["SimplePublicObjectInputForCreate"], "activities before setup go by single create"
    assert seen["BatchInputSimplePublicObjectBatchInputUpsert"], "after it, by upsert"
    made = Counter(row["object"] for row in journal if row["op"] == "create")
    assert (made["calls"] >= 3, made["tasks"] >= 1, made["meetings"] >= 1) == (True, True, True)
