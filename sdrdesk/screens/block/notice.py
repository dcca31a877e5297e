"""The notice that a block's time is over or its goal reached. It takes no key.

The line stays until the block ends; once per block it is emphasised, never during a call.
"""

from __future__ import annotations

from textual.content import Content

from sdrdesk.domain.block.block import endings
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.services.views.block import BlockView
from sdrdesk.widgets.lines import NoticeLine


def show_over(screen: DeskScreen, line: NoticeLine, view: BlockView | None, keys: str) -> None:
    """Show on ``line`` that the block could end, for as long as it could.

    ``keys`` is the binding of the screen that opens the block: id and key, ``call.block f6``.
    """
    said = view.over_words(screen.desk.now()) if view is not None else ""
    line.standing = _line(said, screen, keys, "$text-warning") if said else Content("")


def tell_once(screen: DeskScreen, line: NoticeLine, view: BlockView | None, keys: str) -> None:
    """Emphasise it the first time, unless the line shows a notice already."""
    if view is None or line.notice.plain or not screen.is_on_top:
        return  # below another screen the rep would not see it
    place = screen.place
    due = {
        (view.block.block_id, what.value)
        for what in endings(view.block, view.done, screen.desk.now())
    }
    if due <= place.told:
        return
    place.told |= due  # the desk remembers what was shown before a restart

    def then(said: str) -> None:
        if said:
            line.say(_line(said, screen, keys, "bold $text-warning"))

    screen.write("block.news", lambda: screen.desk.block.news(), then)


def _line(said: str, screen: DeskScreen, keys: str, style: str) -> Content:
    binding_id, usual = keys.split()
    keymap = screen.place.keymap
    opens, ends = keymap.get(binding_id, usual), keymap.get("block.end", "f8")
    press = " ".join(key_name(key.split(",")[0].strip()) for key in (opens, ends))
    return Content.assemble((f"! {said}", style), " · ", (press, "bold"), " ends it")
