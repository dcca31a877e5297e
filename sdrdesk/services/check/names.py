"""Files that are never read: a misspelt name, the wrong folder, the wrong ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.config.reader import nearest
from sdrdesk.rulebook import RULE_FILES

READ: Final = tuple(f"{name}.toml" for name in (*RULE_FILES, "config", "crm"))
"""Every TOML file that is read in a folder of rules."""
_TEXTS: Final = (".markdown", ".mdown", ".txt", ".text")
_MOST: Final = 2_000
"""Most files looked at: somebody may check their home directory."""
_KEPT: Final = ("rules", "sets")
"""The folder of copies of sets (``rule_files``)."""
_NOT_OURS: Final = ("pyproject.toml",)


def misplaced(folder: Path, others: Sequence[Path] = ()) -> Iterator[Finding]:
    """Yield each file of ``folder`` that looks like one of ours and is not read.

    ``others`` are folders that are read too, and looked at on their own.
    """
    for path in sorted(folder.glob("*"))[:_MOST]:
        if path.is_dir() or path.name.startswith(".") or path.name in _NOT_OURS:
            continue
        if path.suffix.lower() == ".toml" and path.name not in READ:
            yield _unknown_name(path.name)
        elif path.suffix == ".md" and _looks_like_script(path):
            yield _not_read(
                path.name, "scripts are read in the folder scripts", f"scripts/{path.name}"
            )
    for path in sorted(folder.glob("*/**/*"))[:_MOST]:
        inside = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in inside.parts):
            continue
        if inside.parts[:2] == _KEPT or any(path.is_relative_to(other) for other in others):
            continue
        if path.name in READ:
            yield _not_read(inside.as_posix(), f"rules are read in {folder} itself", path.name)
        elif inside.parts[0] == "scripts" and path.suffix.lower() in _TEXTS:
            right = inside.with_suffix(".md").as_posix()
            yield _not_read(inside.as_posix(), "scripts end in .md", right)


def _unknown_name(name: str) -> Finding:
    stem = nearest(name.removesuffix(".toml"), [Path(read).stem for read in READ], 0.75)
    near = f"{stem}.toml" if stem else ""
    fix = f"Rename it to {near}" if near else f"Files that are read: {', '.join(READ)}"
    said = "no file of this name is read, so nothing in it counts"
    return Finding(
        "warning" if not near else "error", ("name", name), said, (FileSetting(name, (), 1),), fix
    )


def _not_read(name: str, why: str, right: str) -> Finding:
    said = f"it is not read: {why}"
    return Finding(
        "error", ("name", name), said, (FileSetting(name, (), 1),), f"Move it to {right}"
    )


def _looks_like_script(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(3) == "+++"
    except OSError:
        return False
