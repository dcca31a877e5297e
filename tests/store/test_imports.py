"""The first screen is painted from these modules: they must stay quick to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys
from pathlib import Path
import sdrdesk.store.database, sdrdesk.store.candidates, sdrdesk.store.find
import sdrdesk.store.leads, sdrdesk.store.activities, sdrdesk.store.dispositions
import sdrdesk.store.desk_state, sdrdesk.store.journal, sdrdesk.store.options
with sdrdesk.store.database.Database.open(Path(sys.argv[1])) as db:
    sdrdesk.store.candidates.candidates(db, None)
    sdrdesk.store.find.find_leads(db, "anything")
    sdrdesk.store.journal.end_call(db, "desk")
heavy = {"sqlalchemy", "sqlmodel", "alembic", "pydantic", "phonenumbers", "httpx", "textual"}
print(sorted(heavy & set(sys.modules)))
"""


def test_reading_and_the_rep_s_own_writes_load_no_sqlalchemy(path: Path) -> None:
    from sdrdesk.store.database import Database

    Database.open(path).close()
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
