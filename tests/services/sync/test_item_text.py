"""The effect of an item in words, with the account's own labels."""

from __future__ import annotations

from sdrdesk.services.sync.item_text import item_words
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import labels_of
from sdrdesk.store.tables import CrmOptionRow
from tests.store.filling import put


def test_two_fields_with_one_value_keep_their_own_labels(db: Database) -> None:
    put(
        db,
        CrmOptionRow(field="lifecycle", value="3", label="Proposition", position=1),
        CrmOptionRow(field="status", value="3", label="Too expensive", position=1),
    )
    changes = {"lifecycle": "3", "status": "3", "last_name": "3"}
    said = item_words("contact", {"changes": changes}, labels_of(db, "lifecycle", "status"))
    assert item_words("contact", {"changes": {"owner_id": "5"}}, {}) == "set owner 5"
    assert said == "set lifecycle Proposition, status Too expensive, last name 3"
