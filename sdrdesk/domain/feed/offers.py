"""Messages of round robin on the feed: offers to reps, and answers of their desks.

An offer is a note of the kind ``offer`` to the rep it goes to. A desk repeats its state every few
seconds, so a message that is lost costs a few seconds and no more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

from sdrdesk.domain.feed.subjects import FeedNames, is_word

READY_EVERY_S: Final = 5.0
READY_FOR_S: Final = 16.0
"""A desk that says nothing for so long is away."""

Step = Literal["offered", "passed", "taken", "gone"]
"""``passed``: the rep let it pass, or cannot call it; ``gone``: it got another owner."""
STEPS: Final[frozenset[str]] = frozenset({"offered", "passed", "taken", "gone"})

Answer = Literal["", "took", "no"]
State = Literal["", "block", "call"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A desk's word on its rep."""

    owner: str
    """The word of the rep."""
    state: State
    """``block``: in a block and between calls; ``call``: in a block and in a call; ``""``: not to
    be offered anything."""
    lead_id: str = ""
    """The lead offered last."""
    answer: Answer = ""
    """The rep's answer; ``no``: they cannot call it."""


def ready_body(state: State, lead_id: str = "", answer: Answer = "") -> bytes:
    """Return what a desk says, as written."""
    return json.dumps({"s": state, "lead": lead_id, "a": answer}, separators=(",", ":")).encode()


def parse_ready(names: FeedNames, subject: str, body: bytes) -> Ready | None:
    """Return what a desk said, ``None`` for anything else."""
    head = names.ready("").removesuffix(".")
    words = subject.removeprefix(head + ".").split(".") if subject.startswith(head + ".") else []
    if len(words) != 1 or not is_word(words[0]) or len(body) > 256:
        return None
    try:
        told = json.loads(body)
        state, lead_id, answer = told["s"], told["lead"], told["a"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if state not in ("", "block", "call") or answer not in ("", "took", "no"):
        return None
    if not isinstance(lead_id, str) or (lead_id and not is_word(lead_id)):
        return None
    return Ready(words[0], state, lead_id, answer)
