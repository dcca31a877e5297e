"""Prints each request to the CRM on stderr: method, path, status. Never a query, body or header."""

from __future__ import annotations

import logging

from sdrdesk.cli.terminal.output import say_err

_LOGGER = "httpx"


class _Requests(logging.Handler):
    """Prints the records that httpx logs: method, URL, version, status, reason."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one request."""
        if isinstance(record.args, tuple) and len(record.args) >= 4:
            method, url, _, status = record.args[:4]
            say_err(f"{method} {getattr(url, 'path', '')} {status}")


def show_requests() -> None:
    """Print the requests of this process from now on."""
    logger = logging.getLogger(_LOGGER)
    if not logger.handlers:
        logger.addHandler(_Requests())
        logger.propagate = False  # the log file keeps ids and states, no paths


def hide_requests() -> None:
    """Stop printing them."""
    logger = logging.getLogger(_LOGGER)
    logger.handlers.clear()
    logger.propagate = True
