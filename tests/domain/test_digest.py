"""Hashes are those of the standard library."""

from __future__ import annotations

import hashlib

from sdrdesk.domain.digest import sha256_of


def test_it_is_the_hash_of_all_parts_together() -> None:
    assert sha256_of([b"Ada ", b"Lovelace"]) == hashlib.sha256(b"Ada Lovelace").hexdigest()
    assert sha256_of([]) == hashlib.sha256(b"").hexdigest()
