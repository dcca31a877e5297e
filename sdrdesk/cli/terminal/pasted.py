"""Pastes without escape characters.

Some terminals, tmux among them, pass on the escapes of a pasted text. Textual takes one for a key,
and types what follows it: copied from a stranger's page, ``a`` would record an outcome.
"""

from __future__ import annotations

from typing import Final

_ESCAPE: Final = "\x1b"
_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
"""Around each paste, by the terminal (bracketed paste)."""
_BEGUN: Final = tuple(_END[:length] for length in range(len(_END) - 1, 0, -1))


class PasteFilter:
    """Takes what the terminal sends, in pieces that may end anywhere."""

    def __init__(self) -> None:
        self._pasting = False
        self._last = ""
        """End of what came before, in which a paste may begin; in a paste, what may end it."""

    def passed(self, text: str) -> str:
        """Return ``text`` without the escapes of a paste; keys come at once and as they are."""
        kept = ""
        while text:
            if self._pasting:
                pasted, ended, text = (self._last + text).partition(_END)
                self._last = "" if ended else next(filter(pasted.endswith, _BEGUN), "")
                kept += pasted.removesuffix(self._last).replace(_ESCAPE, "") + ended
                self._pasting = not ended
                continue
            before, begins, after = (self._last + text).partition(_BEGIN)
            new = len(text) - len(after)
            kept += text[:new]
            self._last = "" if begins else before[1 - len(_BEGIN) :]
            self._pasting, text = bool(begins), after
        return kept
