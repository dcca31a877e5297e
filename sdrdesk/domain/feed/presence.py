"""The state that reps show if they agreed to it: in a block, calling, or paused."""

from __future__ import annotations

import json
from typing import Final, Literal

from sdrdesk.domain.feed.subjects import FeedNames, is_word

SHOWN_FOR_S: Final = 60.0
SHOW_EVERY_S: Final = 20.0

Presence = Literal["block", "call", "pause"]


def presence_body(presence: Presence) -> bytes:
    """Return a presence as written."""
    return json.dumps({"s": presence}, separators=(",", ":")).encode()


def parse_presence(
    names: FeedNames, subject: str, body: bytes
) -> tuple[str, Presence | None] | None:
    """Return the rep's word and what they do, ``None`` for who left; ``None`` for anything else."""
    head = f"$KV.{names.presence_bucket}."
    words = subject.removeprefix(head).split(".") if subject.startswith(head) else []
    if len(words) != 2 or not all(map(is_word, words)) or len(body) > 256:
        return None
    if not body:
        return words[0], None
    try:
        said = json.loads(body)["s"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    found: dict[object, Presence] = {"block": "block", "call": "call", "pause": "pause"}
    return (words[0], found[said]) if isinstance(said, str) and said in found else None
