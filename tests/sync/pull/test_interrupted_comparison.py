"""A full comparison that the network ends: it goes on later, and hides nothing meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.sync.errors import Unreachable
from sdrdesk.sync.port import Page
from sdrdesk.sync.tuning import Tuning
from tests.sync.desk import Desk


def unreachable(*_: object) -> Page[Any]:
    raise Unreachable


def test_it_goes_on_after_the_kinds_it_has_and_the_next_one_lists_them_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.tuning = Tuning(reread=0)
    asked: list[str] = []
    listing = desk.crm.list_companies

    def noted(cursor: str) -> Page[Any]:
        asked.append(cursor)
        return listing(cursor)

    monkeypatch.setattr(desk.crm, "list_companies", noted)
    with monkeypatch.context() as broken:
        broken.setattr(desk.crm, "list_activities", unreachable)
        with pytest.raises(Unreachable):
            desk.sync(full=True)
    assert len(asked) == 1
    desk.sync(full=True)
    assert len(asked) == 1, "companies were compared already"
    desk.sync(full=True)
    assert len(asked) == 2


def test_the_rounds_until_it_goes_on_find_every_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(company: str) -> None:
        body = {"type": "companies", "id": company, "properties": {"country": "Iceland"}}
        desk.sandbox.control("edit", body)

    (early,), (late,) = desk.sql("SELECT DISTINCT company_id FROM lead WHERE company_id <> ''")[:2]
    edit(early)
    desk.sandbox.control("clock", {"advance_ms": 4 * 3_600_000})
    desk.clock.forward(4 * 3600)
    edit(late)  # the newest date is far from that of the first change
    with monkeypatch.context() as broken:
        broken.setattr(desk.crm, "list_companies", unreachable)
        with pytest.raises(Unreachable):
            desk.sync(full=True)
    desk.sync()
    found = desk.sql("SELECT company_id FROM company WHERE country = 'Iceland'")
    assert {str(row[0]) for row in found} >= {early, late}
