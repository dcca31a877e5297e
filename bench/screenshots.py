"""Draws the pictures of the README: ``make screenshots``.

The leads are those of the tests' fake desk and its clock is fixed, so a picture changes only when
the screen does.
"""

from __future__ import annotations

import os

# Read when Textual is imported.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
os.environ.pop("NO_COLOR", None)

import asyncio
import re
import sys
from pathlib import Path

# When run as a file, the checkout is not on the path.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZES = {"80x24": (80, 24), "140x40": (140, 40)}
SHOTS = {
    "queue": (("j",), "", "Why here:"),
    "call": (
        ("j", "enter", "f", "5", "0", "k", "escape", "left", "left", "enter"),
        "CFO has to agree",
        "> CFO",
    ),
}


async def draw(name: str, size_name: str) -> str:
    """Return one picture as SVG."""
    keys, typed, wait_for = SHOTS[name]
    async with workbench(FakeDesk(), size=SIZES[size_name]) as bench:
        await bench.press(*keys)
        if typed:
            await bench.type(typed)
        await bench.sees(wait_for)
        await asyncio.sleep(0)
        svg = bench.app.export_screenshot(title="sdrdesk")
    # A picture loads no font from another host.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # Textual salts the class names of each picture.
    return re.sub(r"terminal-\d+", "terminal", svg)


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in SHOTS:
        for size_name in SIZES:
            svg = asyncio.run(draw(name, size_name))
            path = IMAGES / f"{name}-{size_name}.svg"
            path.write_text(svg, encoding="utf-8")
            print(f"wrote docs/images/{path.name}")


if __name__ == "__main__":
    main()
