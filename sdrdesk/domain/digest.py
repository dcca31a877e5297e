"""Hashes. The first row and most commands need none, and OpenSSL takes 3 ms to load."""

from __future__ import annotations

from collections.abc import Iterable


def sha256_of(parts: Iterable[bytes]) -> str:
    """Return the hash of these bytes, one after the other, in hexadecimal digits."""
    from hashlib import sha256  # late: see above

    return sha256(b"".join(parts)).hexdigest()
