"""Erases a person from files next to the database: meetings, opened e-mails, and the log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sdrdesk.store.forget.traces import Traces

_UID = re.compile(rb"UID:(.*)@sdrdesk")


def erase_calendar_files(directory: Path, found: Traces) -> int:
    """Delete the calendar files of a person's meetings; return how many.

    Raises:
        OSError: one cannot be read or deleted.
    """
    gone = 0
    for file in sorted(directory.glob("*.ics")) if directory.is_dir() else []:
        content = file.read_bytes().replace(b"\r\n ", b"")  # lines are folded (RFC 5545)
        uid = _UID.search(content)
        key = uid.group(1).decode("utf-8", "replace").strip() if uid else ""
        if key in found.activity_keys or _mentions(content, found):
            file.unlink()
            gone += 1
    return gone


def erase_mail_files(directory: Path, found: Traces) -> int:
    """Delete the drafts of e-mails to a person; return how many.

    Raises:
        OSError: one cannot be read or deleted.
    """
    gone = 0
    for file in sorted(directory.glob("*.eml")) if directory.is_dir() else []:
        if _mentions(file.read_bytes().replace(b"\r\n ", b""), found):
            file.unlink()
            gone += 1
    return gone


def mask_logs(log_file: Path, found: Traces) -> int:
    """Overwrite a person's name, addresses and numbers in the log files; return how often.

    In place and at the same length: a running sdrdesk may write to the file. The log holds none of
    them, unless an error quoted one.

    Raises:
        OSError: a file cannot be read or written.
    """
    pattern = _pattern(found.texts)
    masked = 0
    if pattern is None:
        return 0
    for file in (log_file, *sorted(log_file.parent.glob(f"{log_file.name}.*"))):
        if not file.is_file():
            continue
        with file.open("r+b") as stream:
            for match in pattern.finditer(stream.read()):
                stream.seek(match.start())
                stream.write(b"-" * (match.end() - match.start()))
                masked += 1
    return masked


def _mentions(content: bytes, found: Traces) -> bool:
    emails = [text for text in found.texts if "@" in text]
    pattern = _pattern(emails)
    return pattern is not None and pattern.search(content) is not None


def _pattern(texts: Iterable[str]) -> re.Pattern[bytes] | None:
    spelled: set[str] = set()
    for text in texts:
        spelled |= {text, ascii(text)[1:-1]}
        with suppress(ValueError):
            spelled.add(text.encode("unicode_escape").decode("ascii"))
    words = sorted((re.escape(text.encode()) for text in spelled if text), key=len, reverse=True)
    if not words:
        return None
    return re.compile(rb"(?<!\w)(?:" + b"|".join(words) + rb")(?!\w)", re.IGNORECASE)
