"""The schema: made by migrations alone, upgraded after a backup, never downgraded by guessing."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database import backup
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.migrate import MIGRATIONS, Chain
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.queue.find import find_leads
from sdrdesk.store.tables import OutboxRow, OwnerRow
from tests.store.filling import NOW_MS, lead_row, put

FIXTURES = Path(__file__).parents[1] / "fixtures"

_LATER = f"{int(MIGRATIONS.head) + 1:04}"
_SECOND = '''
"""A later schema, for tests."""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{today}"


def upgrade() -> None:
    with op.batch_alter_table("owner") as batch:
        batch.add_column(sa.Column("phone", sa.String(), nullable=False, server_default="?"))
        batch.alter_column("email", new_column_name="mail")
    {then}
'''


def later_chain(directory: Path, then: str = "pass") -> Chain:
    """Return today's migrations and one more."""
    shutil.copytree(MIGRATIONS.scripts, directory)
    text = _SECOND.format(then=then, revision=_LATER, today=MIGRATIONS.head)
    (directory / "versions" / f"{_LATER}_later.py").write_text(text)
    return Chain(directory, _LATER)


def restored(path: Path, sql: Path) -> None:
    """Make the database that a released sdrdesk left behind, from its SQL text."""
    path.parent.mkdir(mode=0o700)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(sql.read_text(encoding="utf-8"))
    connection.close()


def columns(db: Database, table: str) -> set[str]:
    with db.reader() as connection:
        return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_migrations_make_exactly_the_tables_of_the_models(db: Database) -> None:
    def ours(thing: object, name: str | None, kind: str, reflected: bool, to: object) -> bool:
        return not (kind == "table" and (name or "").startswith(("find_", "lead_fts")))

    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(db.path))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": ours, "compare_type": True, "render_as_batch": True},
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_models_check_and_index_the_same_as_the_migrations(db: Database) -> None:
    """Autogenerate sees neither CHECK constraints nor the WHERE of an index: compare the SQL."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN (?, ?)"

    def plain(sql: str) -> str:
        return " ".join(sql.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split())

    with engine.connect() as connection:
        models = {
            name: plain(sql) for name, sql in connection.exec_driver_sql(query, ("table", "index"))
        }
    engine.dispose()
    with db.reader() as reader:
        made = {name: plain(sql) for name, sql in reader.execute(query, ("table", "index"))}
    assert {name: made.get(name) for name in models} == models


def test_the_newest_revision_is_the_one_the_start_compares_with() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS.scripts))
    assert ScriptDirectory.from_config(config).get_heads() == [MIGRATIONS.head]


def test_a_new_file_is_made_at_once_as_the_migrations_make_it(path: Path, tmp_path: Path) -> None:
    def schema(file: Path, chain: Chain) -> list[tuple[object, ...]]:
        with Database.open(file, chain=chain) as db, db.reader() as reader:
            rows = reader.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            plain = [(*row[:3], " ".join((row[3] or "").split())) for row in rows]
            return sorted(plain) + reader.execute("SELECT * FROM alembic_version").fetchall()

    step_by_step = Chain(MIGRATIONS.scripts, MIGRATIONS.head)
    assert MIGRATIONS.at_once
    assert schema(path, MIGRATIONS) == schema(tmp_path / "steps" / path.name, step_by_step)


def test_every_released_schema_still_opens_with_all_it_holds(path: Path) -> None:
    fixtures = sorted(FIXTURES.glob("schema_*.sql"))
    assert [file.stem for file in fixtures] == [
        "schema_0001",
        "schema_0002",
        "schema_0003",
    ]
    for number, fixture in enumerate(fixtures):
        old = path.parent.with_name(f"home{number}") / path.name
        restored(old, fixture)
        with Database.open(old) as db:
            assert db.schema == MIGRATIONS.head
            lead = get_lead(db, "501")
            assert lead is not None
            assert (lead.name, lead.company_name) == ("Zoë Müller", "Initech")
            assert [hit.lead_id for hit in find_leads(db, "zoe")] == ["501"]
            with db.reader() as connection:
                rows = connection.execute("SELECT key, state FROM outbox").fetchall()
            assert rows == [("k-1", "held")]
            assert db.check() == []


def test_rebuilt_tables_keep_their_rows_their_order_and_their_triggers(path: Path) -> None:
    fixture = (FIXTURES / "schema_0003.sql").read_text(encoding="utf-8")
    older = path.parent / "older.sql"
    row = "'501', '7', 'call', {at}, '', '', 0, '', '', '', '', NULL, NULL, '', '{{}}', '', 1, 1, 0"
    made = "INSERT INTO activity (rowid, {columns}) VALUES ({n}, 'z-{n}', {row}, NULL, '', '{{}}');"
    names = "activity_key, lead_id, owner_id, kind, at_ms, disposition, outcome_label, duration_s,"
    names += " number, title, note, reason, callback_ms, meeting_ms, script_id, qualify_json,"
    names += " crm_id, local, done, modified_ms, undone_ms, corrects, before_json"
    inserts = [
        made.format(columns=names, n=n, row=row.format(at=1_795_188_600_000 - n)) for n in (9, 40)
    ]
    old = path.with_name("home") / path.name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    older.write_text(fixture, encoding="utf-8")
    with older.open("a", encoding="utf-8") as file:
        file.write("\n".join(inserts))
    restored(old, older)
    with Database.open(old) as db:
        with db.writer() as connection:
            rows = connection.execute("SELECT rowid, activity_key FROM activity ORDER BY rowid")
            assert rows.fetchall() == [(1, "a-1"), (9, "z-9"), (40, "z-40")]
            connection.execute("UPDATE activity SET note = 'a purple elephant', kind = 'email'")
            account = "SELECT count(*) FROM sqlite_master WHERE name = 'outbox_bound'"
            assert connection.execute(account).fetchone()[0] == 1
        assert [hit.lead_id for hit in find_leads(db, "purple")] == ["501"]


def test_an_upgrade_is_made_after_a_backup_and_keeps_every_row(
    path: Path, tmp_path: Path, key: str | None
) -> None:
    with Database.open(path, key=key) as db:
        put(db, OwnerRow(owner_id="1", email="g@navy.example", name="Grace"))
    with Database.open(path, key=key, chain=later_chain(tmp_path / "later")) as db:
        assert db.schema == _LATER
        with db.reader() as connection:
            rows = connection.execute("SELECT owner_id, mail, name, phone FROM owner").fetchall()
        assert rows == [("1", "g@navy.example", "Grace", "?")]
    (copy,) = backup.backups(path)
    assert f"schema-{MIGRATIONS.head}" in copy.name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    with Database.open(copy, key=key) as old:
        assert old.schema == MIGRATIONS.head
        assert columns(old, "owner") >= {"email", "name"}
        with old.reader() as connection:
            assert connection.execute("SELECT name FROM owner").fetchall() == [("Grace",)]


def test_after_an_upgrade_an_older_sdrdesk_refuses(path: Path, tmp_path: Path) -> None:
    Database.open(path).close()
    Database.open(path, chain=later_chain(tmp_path / "later")).close()
    with pytest.raises(StorageError, match="newer sdrdesk"):
        Database.open(path)


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path: Path, tmp_path: Path) -> None:
    with Database.open(path) as db:
        put(db, OwnerRow(owner_id="1", name="Grace"))
    chain = later_chain(tmp_path / "later", 'op.execute("INSERT INTO no_such_table VALUES (1)")')
    with pytest.raises(OperationalError, match="no_such_table"):
        Database.open(path, chain=chain)
    with Database.open(path) as db:
        assert (db.schema, "email" in columns(db, "owner")) == (MIGRATIONS.head, True)


def test_what_the_rep_typed_survives_an_upgrade(path: Path, tmp_path: Path) -> None:
    waiting = OutboxRow(
        key="k-9", kind="note", lead_id="501", activity_key="a", payload_json="{}",
        created_ms=NOW_MS,
    )  # fmt: skip
    with Database.open(path) as db:
        put(db, lead_row(), waiting)
    with Database.open(path, chain=later_chain(tmp_path / "later")) as db, db.reader() as reader:
        assert reader.execute("SELECT key, state FROM outbox").fetchall() == [("k-9", "held")]


def test_only_the_newest_backups_stay(db: Database) -> None:
    with db.reader() as connection:
        made = [
            backup.make_backup(connection, db.path, None, label=f"schema-000{number}")
            for number in range(8)
        ]
    assert backup.backups(db.path) == made[-5:]


def test_a_backup_that_cannot_be_written_stops_the_upgrade(path: Path, tmp_path: Path) -> None:
    Database.open(path).close()
    (path.parent / backup.DIRECTORY).write_text("a file in the way")
    before = path.read_bytes()
    with pytest.raises(StorageError):
        Database.open(path, chain=later_chain(tmp_path / "later"))
    assert path.read_bytes() == before
    with Database.open(path) as db:
        assert db.schema == MIGRATIONS.head
