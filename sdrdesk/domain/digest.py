"""Hashes without ``hashlib``, which loads OpenSSL for 3 ms: most commands need one hash."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any


def sha256_of(parts: Iterable[bytes]) -> str:
    """Return the hash of these bytes, one after the other, in hexadecimal digits."""
    digest: str = _sha256()(b"".join(parts)).hexdigest()
    return digest


@cache
def _sha256() -> Any:
    """Return Python's own SHA-256, whose module has another name from 3.12 on."""
    for module in ("_sha2", "_sha256", "hashlib"):
        with suppress(ImportError):
            return import_module(module).sha256
    raise ImportError("this Python has no SHA-256")
