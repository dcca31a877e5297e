"""The table that migration 0025 made; frozen, later migrations change it."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE forgotten (
    kind VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, digest),
    CONSTRAINT ck_forgotten_kind CHECK (kind in ('lead','number','email'))
)
""",
)
