"""Views that a rep saved from a report: chosen leads under a name, in ``my_views.toml``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.queue.filters import SHOWN
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.plain_file import write_owned
from sdrdesk.rulebook import Rulebook
from sdrdesk.toml_file import find_toml

_MOST_LEADS = 5_000
_LONGEST = 60


def save_view(rules: Rulebook, name: str, text: str, lead_ids: Sequence[str]) -> str:
    """Save leads as a view of the queue, in place of a saved one of that name; return its name.

    Raises:
        UsageError: no leads, too many, or a name that is taken by another view.
    """
    called = one_line(name).strip()[:_LONGEST]
    if not lead_ids or not called:
        raise UsageError("A view needs a name and at least one lead.", kept="Nothing was saved.")
    if len(lead_ids) > _MOST_LEADS:
        raise UsageError(
            f"A view holds {_MOST_LEADS} leads at most, not {len(lead_ids)}.",
            kept="Nothing was saved.",
            next_step="Choose fewer days, a team or a rep.",
        )
    path = rules.own_views_file
    if path is None:
        raise UsageError("This desk keeps no views.", kept="Nothing was saved.")
    mine = _views(path)
    if called in SHOWN or (called in rules.views and called not in mine):
        raise UsageError(
            f"There is a view {called!r} already.",
            kept="Nothing was saved.",
            next_step="Rename it.",
        )
    mine[called] = {"text": one_line(text), "shows": "all", "lead": list(lead_ids)}
    write_owned(path, "# Views saved from reports.\n" + "".join(_lines(mine)))
    rules.forget_views()
    return called


def _views(path: Path) -> dict[str, object]:
    found = (find_toml(path) or {}).get("view", {})
    return dict(found) if isinstance(found, dict) else {}


def _lines(views: dict[str, object]) -> list[str]:
    lines = []
    for name, view in views.items():
        lines.append(f"\n[view.{_quoted(name)}]\n")
        if isinstance(view, dict):
            lines += [f"{key} = {_value(value)}\n" for key, value in view.items()]
    return lines


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(part) for part in value)}]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    # JSON's escapes of text are TOML's, except for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
