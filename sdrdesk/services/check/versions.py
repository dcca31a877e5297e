"""Copies that are older than the shipped file they replaced.

Each shipped file carries the fingerprint of its own text in its first line, so a copy keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.rulebook import RULE_FILES, shipped_path
from sdrdesk.toml_file import TomlFileError, text_of

_LINE: Final = re.compile(
    r"^# Shipped with sdrdesk as (?P<name>[a-z_]+\.toml), edition (?P<is>[0-9a-f]{12})\."
)


def outdated(folder: Path) -> Iterator[Finding]:
    """Yield the files of ``folder`` that were copied from an earlier edition of the shipped one.

    A file without an edition was written from nothing, or before editions: no finding.
    """
    for name in RULE_FILES:
        path = folder / f"{name}.toml"
        if not path.exists():
            continue
        try:
            copied, line = edition(text_of(path))
            now, _ = edition(text_of(shipped_path(path.name)))
        except TomlFileError:
            continue  # told as a file that cannot be read
        if copied and copied != now:
            yield Finding(
                "warning",
                ("edition", path.name),
                f"it was copied from an earlier edition of {path.name} ({copied}); the shipped one "
                f"has changed since ({now})",
                (FileSetting(path.name, (), line),),
                f"Compare it with {shipped_path(path.name)}, take over what you want, then write "
                f"edition {now} in line {line}",
            )


def edition(text: str) -> tuple[str, int]:
    """Return the edition that a text says it is or was copied from, and its line; ``""`` none."""
    for number, line in enumerate(text.splitlines()[:20], start=1):
        if found := _LINE.match(line):
            return found["is"], number
    return "", 0


def marked(name: str, text: str) -> str:
    """Return a shipped file's text with the edition of the rest of it in the first line."""
    rest = "\n".join(line for line in text.split("\n") if not _LINE.match(line))
    digest = sha256(rest.encode()).hexdigest()[:12]
    return f"# Shipped with sdrdesk as {name}, edition {digest}. Keep this line in a copy.\n{rest}"
