"""Makes ``docs/keys.md`` from the bindings: ``python -m tests.support.keys_page``."""

from __future__ import annotations

from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode

from sdrdesk.app import SdrDeskApp
from sdrdesk.screens.shell import all_keys
from sdrdesk.screens.shell.hints import key_name
from tests.support.fake_desk import FakeDesk

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"

_HEAD = """\
# Keys

Every key has a public id: `[ui] keymap` in the [configuration](configuration.md) remaps it, such as
`keymap = { "queue.call" = "c" }`. `F1` shows the keys of a screen, `ctrl+p` finds any of them by
name, and `sdrdesk keys` lists them all as you have them. An id that no key has, and a key given to
two actions of one screen, are named when the workbench opens, by `sdrdesk keys` and by
`sdrdesk doctor`. Where characters lie on German, French, Spanish and Nordic keyboards:
[other keyboards](keyboards.md).

A key means one thing on every screen, or nothing: then it says where it works. Outcome letters have
no other meaning anywhere, so a habit from one screen can do no harm on another.

*This page is made from the bindings by `python -m tests.support.keys_page`.*
"""

_OUTCOMES = """\
## Outcomes

They work on the call screen while no text has the focus; `Esc` leaves the text. They are data: a
team changes them in `dispositions.toml` ([outcomes](dispositions.md)).
"""


def bound() -> list[tuple[type[DOMNode], list[Binding]]]:
    """Return every class of the workbench that declares keys, with its own bindings."""
    return list(all_keys.bound(SdrDeskApp))


def keys_page() -> str:
    """Return ``docs/keys.md``."""
    lines = [_HEAD]
    for owner, bindings in bound():
        lines += [
            f"## {all_keys.TITLES[owner.__name__]}",
            "",
            "| key | what it does | id |",
            "| --- | --- | --- |",
        ]
        for item in bindings:
            keys = " ".join(f"`{key_name(key)}`" for key in item.key.split(","))
            lines.append(f"| {keys} | {item.tooltip or item.description} | `{item.id}` |")
        lines.append("")
    lines += [_OUTCOMES, "| key | outcome |", "| --- | --- |"]
    lines += [f"| `{outcome.hotkey}` | {outcome.label} |" for outcome in FakeDesk().outcomes()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(keys_page(), encoding="utf-8")
