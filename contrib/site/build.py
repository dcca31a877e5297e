"""Builds the docs as a site below ``build/site/html``: ``make site``.

On GitHub, pages link to each other as files of the repository; on the site they all lie in one
folder, so they are copied there first. A link that leads nowhere fails the build, and so does a
page that would load something from another host.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BESIDE: Final = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Pages of the repository's root that join those of ``docs``."""
_SHIM: Final = "https://unpkg.com/iframe-worker/shim"
"""A script that search needs in pages opened as files; a copy of it is put beside them."""
_LOADED: Final = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//")


def main() -> int:
    """Copy the pages and build the site; return the builder's exit code."""
    site = ROOT / "build" / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(ROOT / "docs", site / "pages")
    for name in BESIDE:
        text = (ROOT / name).read_text(encoding="utf-8")
        (site / "pages" / name).write_text(text.replace("](docs/", "]("), encoding="utf-8")
    up = re.compile(rf"\]\(\.\./({'|'.join(map(re.escape, BESIDE))})")
    for page in (site / "pages").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(up.sub(r"](\1", text), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("zensical.toml"), site)
    command = (sys.executable, "-m", "zensical", "build", "--strict")
    code = subprocess.run(command, cwd=site, check=False).returncode  # noqa: S603
    if not code:
        _stay_at_home(site / "html")
        print(f"Open {(site / 'html' / 'index.html').relative_to(ROOT)}")
    return code


def _stay_at_home(html: Path) -> None:
    """Replace what pages load from elsewhere; exit when something is left."""
    name = "iframe-worker.js"
    shutil.copy(Path(__file__).with_name(name), html / "assets" / name)
    for page in html.rglob("*.html"):
        up = "../" * (len(page.relative_to(html).parts) - 1)
        text = page.read_text(encoding="utf-8").replace(_SHIM, f"{up}assets/{name}")
        if found := _LOADED.search(text):
            sys.exit(f"{page.name} loads from another host: {found[0]}")
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
