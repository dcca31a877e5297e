"""Rights of a desk and the relay on the feed, as users of a NATS server's configuration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sdrdesk.domain.feed.subjects import FeedNames, owner_word

RELAY_INBOX: Final = "_INBOX_relay"
"""First words of the subjects on which the relay gets answers."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Subjects that one user may publish to and subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox_of(owner_id: str) -> str:
    """Return the first words of the subjects on which a desk gets answers: only its own."""
    return f"_INBOX_{owner_word(owner_id)}"


def desk_rights(names: FeedNames, owner_id: str, *, everybody: bool = False) -> Rights:
    """Return the rights of one rep's desks.

    They read notes of the rep's own leads (with ``everybody`` of all), see all claims, and write
    only claims and presence in their own name. They cannot write notes.
    """
    owner = owner_word(owner_id)
    notes, claims = names.notes_stream, f"KV_{names.claims_bucket}"
    mine = names.all_notes if everybody else names.notes_of(owner_id)
    return Rights(
        publish=(
            f"$JS.API.STREAM.INFO.{notes}",
            f"$JS.API.CONSUMER.CREATE.{notes}.*.{mine}",
            f"$JS.API.CONSUMER.MSG.NEXT.{notes}.*",
            f"$JS.ACK.{notes}.>",
            f"$JS.API.STREAM.MSG.GET.{claims}",
            names.claim("*", owner, "*"),
            names.presence(owner, "*"),
            names.ready(owner),
        ),
        subscribe=(
            f"{inbox_of(owner_id)}.>",
            names.beat,
            names.claim("*", "*", "*"),
            names.presence("*", "*"),
        ),
    )


def relay_rights(names: FeedNames) -> Rights:
    """Return the rights of the relay: it makes the streams, and alone writes notes."""
    return Rights(
        publish=(f"sdrdesk.{names.account}.>", "$JS.API.>", "$JS.ACK.>"),
        subscribe=(
            f"{RELAY_INBOX}.>",
            f"sdrdesk.{names.account}.>",
            names.claim("*", "*", "*"),
            names.presence("*", "*"),
        ),
    )


def server_users(users: Sequence[tuple[str, Rights]]) -> str:
    """Return the ``authorization`` block of a NATS server for public keys and their rights."""
    lines = ["authorization {", "  users = ["]
    for key, rights in users:
        lines += [
            f"    {{ nkey: {key}",
            "      permissions: {",
            f"        publish: {{ allow: {_subjects(rights.publish)} }}",
            f"        subscribe: {{ allow: {_subjects(rights.subscribe)} }}",
            "      }",
            "    }",
        ]
    return "\n".join([*lines, "  ]", "}"])


def _subjects(subjects: Sequence[str]) -> str:
    return json.dumps(list(subjects))
