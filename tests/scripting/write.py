"""Small scripts and libraries for tests."""

from __future__ import annotations

from pathlib import Path

from sdrdesk.scripting.library import ScriptLibrary

BODY = """
## Opener
Hello.
"""


def script(folder: Path, name: str, front: str, body: str = BODY) -> Path:
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'+++\nid = "{name}"\n{front}\n+++\n{body}', encoding="utf-8")
    return path


def library(folder: Path, *, shipped: bool = False) -> ScriptLibrary:
    return ScriptLibrary.load([folder], shipped=shipped)
