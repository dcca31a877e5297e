"""A rep edits fit.toml and asks again."""

from __future__ import annotations

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import get_fact
from tests.cli.test_replay import SHIPPED
from tests.support.desk_home import DeskHome


def fits(desk: DeskHome) -> set[int]:
    return {row["fit"] for row in desk.ok("queue", "--json", "--limit", "50").json}


def test_a_changed_fit_file_counts_at_the_next_command(synced: DeskHome) -> None:
    assert len(fits(synced)) > 1
    (synced.home / "fit.toml").write_text("base = 17\nfree_mail = []\n", encoding="utf-8")
    assert fits(synced) == {17}
    (synced.home / "fit.toml").unlink()
    assert len(fits(synced)) > 1


def test_a_changed_persona_file_counts_at_the_next_command(synced: DeskHome) -> None:
    (synced.home / "personas.toml").write_text(
        '[[persona]]\nlabel = "The Mailbox"\ntitle = ["manager", "director", "head", "vp"]\n',
        encoding="utf-8",
    )
    found = {row["persona"] for row in synced.ok("queue", "--json", "--limit", "50").json}
    assert "The Mailbox" in found


def test_a_changed_ranking_file_counts_at_the_next_command(synced: DeskHome) -> None:
    def scores() -> list[float]:
        return [r["score"] for r in synced.ok("queue", "--json", "--limit", "50").json]

    before = scores()
    text = (SHIPPED / "ranking.toml").read_text(encoding="utf-8")
    (synced.home / "ranking.toml").write_text(
        text.replace("lambda = 1.0", "lambda = 0.5", 1), encoding="utf-8"
    )
    assert scores() != before


def test_a_broken_file_is_named_and_nothing_is_changed(synced: DeskHome) -> None:
    before = fits(synced)
    (synced.home / "fit.toml").write_text("base = 'x'\n", encoding="utf-8")
    ran = synced("queue", "--json")
    assert ran.code != 0
    assert "fit.toml" in ran.err
    (synced.home / "fit.toml").unlink()
    assert fits(synced) == before


def test_a_sync_with_the_present_rules_needs_no_second_look(synced: DeskHome) -> None:
    with Database.open(synced.home / "sdrdesk.db") as db:
        held = get_fact(db, "derived.rules")
        assert held
        assert not get_fact(db, "derived.going")
    fits(synced)
    with Database.open(synced.home / "sdrdesk.db") as db:
        assert get_fact(db, "derived.rules") == held
