"""The first screen is painted from these modules: they must stay quick to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys
from pathlib import Path
import sdrdesk.store.database.database, sdrdesk.store.queue.candidates, sdrdesk.store.queue.find
import sdrdesk.store.mirror.leads, sdrdesk.store.mirror.activities, sdrdesk.store.record.outcomes
import sdrdesk.store.record.decisions, sdrdesk.store.record.call_journal
import sdrdesk.store.mirror.options
with sdrdesk.store.database.database.Database.open(Path(sys.argv[1])) as db:
    sdrdesk.store.queue.candidates.candidates(db, None)
    sdrdesk.store.queue.find.find_leads(db, "anything")
    sdrdesk.store.record.call_journal.end_call(db, "desk")
heavy = {"sqlalchemy", "sqlmodel", "alembic", "pydantic", "phonenumbers", "httpx", "textual"}
print(sorted(heavy & set(sys.modules)))
"""


def test_reading_and_the_rep_s_own_writes_load_no_sqlalchemy(path: Path) -> None:
    from sdrdesk.store.database.database import Database

    Database.open(path).close()
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
