"""The log: a rotating file of ids and states, never of names, numbers, notes or secrets."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

_MAX_BYTES = 1_000_000
"""A megabyte a file and three old ones: weeks of a rep's work, small enough to send by mail."""


class _PrivateFile(RotatingFileHandler):
    """A rotating log that only the rep can read. A full disk costs lines of it and no command."""

    failed = False
    """Whether the latest line could not be written."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        self.failed = False
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Keep the trouble off the rep's screen: logging would print it there."""
        self.failed = True

    def _open(self):  # type: ignore[no-untyped-def]  # the base class's stream type is private
        path = Path(self.baseFilename)
        if path.exists() and not path.is_file():
            raise PermissionError(errno.EPERM, "not a regular file", self.baseFilename)
        stream = super()._open()
        os.chmod(self.baseFilename, 0o600)  # noqa: PTH101 - the handler holds a plain string
        return stream


def start_logging(path: Path) -> None:
    """Send the log of this process to ``path`` and nowhere else; calling again moves it."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _PrivateFile)]:
        root.removeHandler(handler)
        with suppress(OSError):  # lines that a full disk did not take are tried once more
            handler.close()
    # delay: a command that logs nothing makes no file.
    handler = _PrivateFile(path, maxBytes=_MAX_BYTES, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    )
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # httpx logs whole URLs at INFO; ours carry ids only, but a log is no place to rely on that.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)


def write_report(error: BaseException) -> Path | None:
    """Write an error with its traceback where it can be read later; return the file.

    That is the log; where it takes nothing, a file of its own among the temporary ones. ``None``:
    nowhere.
    """
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _PrivateFile):
            logging.getLogger("sdrdesk").error("unexpected error", exc_info=error)
            if not handler.failed:
                return Path(handler.baseFilename)
    import tempfile
    import traceback

    try:
        handle, name = tempfile.mkstemp(prefix="sdrdesk-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return None
    return Path(name)
