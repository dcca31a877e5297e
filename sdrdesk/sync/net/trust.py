"""Trusted certificates: the operating system's, or those of a setting.

Companies that inspect their traffic install their own authority in the system's store; a bundle of
our own would refuse every answer there. ``truststore`` uses that store on each system, as pip does.
``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` replace it, as for OpenSSL. ``truststore`` and ``certifi``
are imported late: plain HTTP needs neither.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from sdrdesk.domain.errors import UsageError

_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""OpenSSL's names of certificates in a directory."""


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return the TLS context with the trusted certificates.

    Raises:
        UsageError: a setting names a file or directory without certificates.
    """
    file = environ.get("SSL_CERT_FILE", "").strip()
    folders = environ.get("SSL_CERT_DIR", "").strip()
    if not (file or folders):
        return _of_the_system()
    # Not ``create_default_context``: its strict checks (from Python 3.13 on) refuse old company
    # authorities that every browser accepts.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if file:
        _take_file(context, Path(file))
    if folders:
        _take_folders(context, [Path(one) for one in folders.split(os.pathsep) if one])
    return context


def _of_the_system() -> ssl.SSLContext:
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.platform not in ("darwin", "win32") and not _system_has_any():
        import certifi  # comes with httpx; for small containers without a store

        context.load_verify_locations(certifi.where())
    return context


def _system_has_any() -> bool:
    probe = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    probe.set_default_verify_paths()
    if probe.cert_store_stats()["x509_ca"]:
        return True
    return _has_hashed(Path(ssl.get_default_verify_paths().capath or os.devnull))


def _has_hashed(folder: Path) -> bool:
    try:
        return any(_HASHED.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return False


def _take_file(context: ssl.SSLContext, file: Path) -> None:
    problem = ""
    try:
        if not file.exists():
            problem = "there is no such file"
        elif not file.is_file():
            problem = "it is a directory or another special file"
        else:
            context.load_verify_locations(cafile=file)
    except ssl.SSLError:
        problem = "it contains no certificate (PEM, -----BEGIN CERTIFICATE-----)"
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({error})"
    if problem:
        raise _wrong("SSL_CERT_FILE", file, problem)


def _take_folders(context: ssl.SSLContext, folders: list[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise _wrong("SSL_CERT_DIR", folder, "there is no such directory")
    if not any(_has_hashed(folder) for folder in folders):
        raise _wrong(
            "SSL_CERT_DIR",
            folders[0] if folders else Path(),
            "OpenSSL finds no certificate in it (run: openssl rehash)",
        )
    for folder in folders:
        context.load_verify_locations(capath=folder)


def _wrong(setting: str, path: Path, problem: str) -> UsageError:
    return UsageError(
        f"{setting} is set to {str(path)!r}, but {problem}.",
        kept="Nothing was sent; everything recorded here is kept.",
        next_step=f"Correct {setting}, or unset it to use the system's certificates.",
    )
