"""Where the keys that are neither letters nor named lie on keyboards that are not American.

``docs/keyboards.md`` is made from it: ``make docs``.
"""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.screens.shell.hints import key_name
from sdrdesk.screens.shell.key_table import MEANINGS

LAYOUTS = ("American", "German", "French", "Spanish", "Nordic")

_CAPS = """
0   plain      plain     Shift+à   plain     plain
1   plain      plain     Shift+&   plain     plain
2   plain      plain     Shift+é   plain     plain
3   plain      plain     Shift+"   plain     plain
?   Shift+/    Shift+ß   Shift+,   Shift+'   Shift++
/   plain      Shift+7   Shift+:   Shift+7   Shift+7
&   Shift+7    Shift+6   plain     Shift+6   Shift+6
;   plain      Shift+,   plain     Shift+,   Shift+,
:   Shift+;    Shift+.   plain     Shift+.   Shift+.
.   plain      plain     Shift+;   plain     plain
,   plain      plain     plain     plain     plain
+   Shift+=    plain     Shift+=   plain     plain
=   plain      Shift+0   plain     Shift+0   Shift+0
-   plain      plain     plain     plain     plain
!   Shift+1    Shift+1   plain     Shift+1   Shift+1
%   Shift+5    Shift+5   Shift+ù   Shift+5   Shift+5
*   Shift+8    Shift++   plain     Shift++   Shift+'
<   Shift+,    plain     plain     plain     plain
>   Shift+.    Shift+<   Shift+<   Shift+<   Shift+<
(   Shift+9    Shift+8   plain     Shift+8   Shift+8
)   Shift+0    Shift+9   plain     Shift+9   Shift+9
[   plain      AltGr+8   AltGr+(   AltGr+^   AltGr+8
]   plain      AltGr+9   AltGr+)   AltGr++   AltGr+9
@   Shift+2    AltGr+Q   AltGr+à   AltGr+2   AltGr+2
#   Shift+3    plain     AltGr+"   AltGr+3   Shift+3
"""
PLACES = {line.split()[0]: tuple(line.split()[1:]) for line in _CAPS.strip().splitlines()}
"""Each character with the key to press, in the order of ``LAYOUTS``."""

_HEAD = """\
# Keys on other keyboards

Letters are where they are printed, also on German (QWERTZ) and French (AZERTY) keyboards: sdrdesk reads the character, not the
place. This page shows the others. No key of sdrdesk needs a dead key, and where one needs AltGr, a second key does the same.

*Nordic* is Danish, Finnish, Norwegian and Swedish. On a Mac, Option stands for AltGr, at other places.

*This page is made from the bindings by `make docs`.*

| key | what it does | American | German | French | Spanish | Nordic |
| --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501 - Markdown

_TAIL = """
## Keys of your own

Any of them can be moved: `[ui] keymap` in `config.toml` gives an id of the [keys](keys.md) another key, or several with a comma.

```toml
[ui.keymap]
"log.before" = "ctrl+left"
"log.after" = "ctrl+right"
"queue.mark_by" = "f10,ampersand"
```

Characters have names: `question_mark`, `slash`, `ampersand`, `semicolon`, `colon`, `full_stop`, `comma`, `plus`, `minus`, `asterisk`,
`less_than_sign`, `greater_than_sign`, `left_square_bracket`, `left_parenthesis`, `at`, `number_sign`; letters are themselves, `F5` is `f5`.
`sdrdesk keys` shows the keys in force, and names an id that does not exist and a key that two actions of one screen would share.
"""  # noqa: E501 - Markdown


def symbols() -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the characters of one meaning and what they do, as in the table of keys."""
    for meaning in MEANINGS:
        if "escape" in meaning.keys:
            continue
        found = tuple(
            name for key in meaning.keys.split(",") if len(name := key_name(key)) == 1
            and name.isascii() and not name.isalpha()
        )  # fmt: skip
        if found:
            yield found, meaning.words


def keyboards_page() -> str:
    """Return ``docs/keyboards.md``."""
    lines = []
    for keys, words in symbols():
        for key in keys:
            cells = (f"`{key}`" if place == "plain" else f"`{place}`" for place in PLACES[key])
            lines.append(f"| `{key}` | {words} | {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n" + _TAIL
