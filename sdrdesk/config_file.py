"""Changing single settings in ``config.toml``, with comments, order and layout kept.

The file is replaced in one step, so a kill or a power cut leaves the old file or the new one.
"""

from __future__ import annotations

import os
import stat
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.toml_file import TomlFileError, read_toml

Changes = Mapping[tuple[str, str], str]
"""(table, key) to the new text; table ``""`` is the top of the file."""


def change_settings(path: Path, changes: Changes) -> None:
    """Set text settings in the file at ``path``; create it if it does not exist.

    Raises:
        TomlFileError: the file cannot be read; it was not changed.
        SdrDeskError: it cannot be written; it was not changed.
    """
    if path.is_symlink() and not path.exists():
        raise TomlFileError(
            f"{path} is a broken link.",
            kept="Nothing was changed.",
            next_step="Correct or remove the link and try again.",
        )
    target = path.resolve()  # a link into a dotfiles folder stays a link
    before = read_toml(target) if target.exists() else {}
    try:
        text = target.read_bytes().decode("utf-8-sig") if target.exists() else ""
        after = _edited(text, changes)
        if tomllib.loads(after) != _with(before, changes):
            raise ValueError("its layout is not one that sdrdesk can edit")
        _replace(target, after)
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        wanted = ", ".join(
            f'{key} = "{value}"' + (f" in [{table}]" if table else "")
            for (table, key), value in changes.items()
        )
        raise SdrDeskError(
            f"{path} cannot be changed: {said}.",
            kept="The file was not changed.",
            next_step=f"Add it yourself: {wanted}.",
        ) from error


def _edited(text: str, changes: Changes) -> str:
    import tomlkit  # only setup writes settings
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        for (table, key), value in changes.items():
            if table and table not in document:
                document[table] = tomlkit.table()
            (document[table] if table else document)[key] = value
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise ValueError(str(error)) from error


def _with(before: Mapping[str, object], changes: Changes) -> dict[str, object]:
    """Return the expected content of the edited file: the old one with the changes."""
    after = dict(before)
    for (table, key), value in changes.items():
        if not table:
            after[key] = value
            continue
        held = after.get(table, {})
        if not isinstance(held, dict):
            raise ValueError(f"{table} is no table")
        after[table] = {**held, key: value}
    return after


def _replace(target: Path, text: str) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _keep_folder(target.parent)


def _keep_folder(folder: Path) -> None:
    """Flush the renaming too, where the system supports it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
