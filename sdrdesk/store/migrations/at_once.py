"""Creates the schema of an empty file without Alembic, whose import would slow the first start.

A test compares the result with Alembic's. A new migration need not be added here: an empty file is
created at ``REVISION`` and upgraded from there.
"""

from __future__ import annotations

from sdrdesk.store.migrations.rebuild import altered
from sdrdesk.store.migrations.search_0001 import STATEMENTS as SEARCH_0001
from sdrdesk.store.migrations.search_0011 import STATEMENTS as SEARCH_0011
from sdrdesk.store.migrations.tables_0001 import TABLES as TABLES_0001
from sdrdesk.store.migrations.tables_0002 import TABLES as TABLES_0002
from sdrdesk.store.migrations.tables_0003 import TABLES as TABLES_0003
from sdrdesk.store.migrations.tables_0005 import TABLES as TABLES_0005
from sdrdesk.store.migrations.tables_0006 import COLUMNS as COLUMNS_0006
from sdrdesk.store.migrations.tables_0007 import ACTIVITY, OUTBOX
from sdrdesk.store.migrations.tables_0008 import TABLES as TABLES_0008
from sdrdesk.store.migrations.tables_0009 import STATEMENTS as STATEMENTS_0009
from sdrdesk.store.migrations.tables_0010 import STATEMENTS as STATEMENTS_0010
from sdrdesk.store.migrations.tables_0011 import COLUMNS as COLUMNS_0011
from sdrdesk.store.migrations.tables_0012 import COLUMNS as COLUMNS_0012
from sdrdesk.store.migrations.tables_0013 import COLUMNS as COLUMNS_0013
from sdrdesk.store.migrations.tables_0014 import STATEMENTS as STATEMENTS_0014
from sdrdesk.store.migrations.tables_0015 import TABLES as TABLES_0015
from sdrdesk.store.migrations.tables_0016 import COLUMNS as COLUMNS_0016
from sdrdesk.store.migrations.tables_0017 import STATEMENTS as STATEMENTS_0017
from sdrdesk.store.migrations.tables_0018 import TABLES as TABLES_0018
from sdrdesk.store.migrations.tables_0019 import STATEMENTS as STATEMENTS_0019
from sdrdesk.store.migrations.tables_0020 import TABLES as TABLES_0020
from sdrdesk.store.migrations.tables_0021 import PROMISE
from sdrdesk.store.migrations.tables_0022 import STATEMENTS as STATEMENTS_0022
from sdrdesk.store.migrations.tables_0023 import CHANGES as CHANGES_0023
from sdrdesk.store.migrations.tables_0024 import STATEMENTS as STATEMENTS_0024
from sdrdesk.store.migrations.tables_0025 import TABLES as TABLES_0025
from sdrdesk.store.migrations.tables_0026 import CHANGES as CHANGES_0026
from sdrdesk.store.migrations.tables_0027 import TABLES as TABLES_0027

REVISION = "0027"

_CHANGED_0007 = {"CREATE TABLE activity (": ACTIVITY, "CREATE TABLE outbox (": OUTBOX}

STATEMENTS = (
    *(altered(sql, _CHANGED_0007.get(sql.strip().partition("\n")[0], ())) for sql in TABLES_0001),
    *SEARCH_0001,
    *TABLES_0002,
    *TABLES_0003,
    # 0004 repairs rows, of which there are none.
    *TABLES_0005,
    *COLUMNS_0006,
    *TABLES_0008,
    *(
        altered(sql, PROMISE if sql.strip().startswith("CREATE TABLE promise") else ())
        for sql in STATEMENTS_0009
    ),
    *STATEMENTS_0010,
    *COLUMNS_0011,
    *SEARCH_0011,
    *COLUMNS_0012,
    *COLUMNS_0013,
    *STATEMENTS_0014,
    *TABLES_0015,
    *COLUMNS_0016,
    *STATEMENTS_0017,
    *TABLES_0018,
    *STATEMENTS_0019,
    *TABLES_0020,
    *STATEMENTS_0022,
    *CHANGES_0023,
    *STATEMENTS_0024,
    *TABLES_0025,
    *CHANGES_0026,
    *TABLES_0027,
    # Alembic's own table, as Alembic makes it.
    """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
""",
    f"INSERT INTO alembic_version (version_num) VALUES ('{REVISION}')",  # noqa: S608
)
