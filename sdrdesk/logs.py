"""The log: a rotating file with ids and states, never names, numbers, notes or secrets."""

from __future__ import annotations

import errno
import logging
import os
import stat
import traceback
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

_MAX_BYTES = 1_000_000
_OLD_FILES = 3
"""One megabyte per file, and three old files: weeks of work, small enough to send by e-mail."""


class _PrivateFile(logging.FileHandler):
    """A rotating log that only the rep can read. A full disk costs lines, never a command.

    Not ``logging.handlers``, which every command would wait for: it imports sockets and pickle.
    """

    failed = False
    """True if writing the last line failed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, to a new file when this one is full."""
        self.failed = False
        try:
            stream = self.stream or self._open()
            self.stream = stream
            at = os.fstat(stream.fileno())
            if stat.S_ISREG(at.st_mode) and at.st_size >= _MAX_BYTES:
                stream.close()
                self.stream = None  # the line opens the new file
                self._rename()
        except OSError:
            self.handleError(record)
            return
        super().emit(record)

    def _rename(self) -> None:
        names = [self.baseFilename, *(f"{self.baseFilename}.{n + 1}" for n in range(_OLD_FILES))]
        for at in reversed(range(_OLD_FILES)):
            with suppress(OSError):  # missing, or open elsewhere: then this one grows on
                os.replace(names[at], names[at + 1])  # noqa: PTH105 - plain strings

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Note the failure; the default prints it on the rep's screen."""
        self.failed = True

    def _open(self) -> TextIOWrapper:
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
        with suppress(OSError):  # closing tries again to write lines that a full disk refused
            handler.close()
    # delay: no file before the first line.
    handler = _PrivateFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    )
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # httpx logs whole URLs at INFO. Ours contain only ids, but do not rely on that.
    httpx = logging.getLogger("httpx")
    httpx.setLevel(logging.INFO if httpx.handlers else logging.WARNING)  # --verbose prints them
    logging.getLogger("httpcore").setLevel(logging.WARNING)


def write_report(error: BaseException) -> Path | None:
    """Write an error with its traceback to the log, else to a temporary file; return the file.

    ``None`` when neither can be written.
    """
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _PrivateFile):
            logging.getLogger("sdrdesk").error("unexpected error", exc_info=error)
            if not handler.failed:
                return Path(handler.baseFilename)
    import tempfile  # only after a crash

    try:
        handle, name = tempfile.mkstemp(prefix="sdrdesk-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return None
    return Path(name)
