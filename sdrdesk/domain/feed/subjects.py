"""Names on the feed: subjects, streams and buckets of one CRM account.

A subject is words with dots between. Ids of the CRM become words; one that is no word (a dot, a
space, a wildcard) is left out of the feed or hashed, so that nothing from the CRM widens a subject.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

NOBODY: Final = "_"
"""Stands for the owner of a lead that has none."""

_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]+")


def is_word(text: str) -> bool:
    """Return whether ``text`` can be part of a subject as it is."""
    return _WORD.fullmatch(text) is not None


def owner_word(owner_id: str) -> str:
    """Return the word of an owner; ``""`` is nobody, an id that is no word is hashed."""
    if not owner_id:
        return NOBODY
    if is_word(owner_id):
        return owner_id
    return "h-" + hashlib.sha256(owner_id.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class FeedNames:
    """The names of one account."""

    account: str
    """Such as ``hubspot-123``."""

    @classmethod
    def of(cls, account_id: str) -> FeedNames:
        """Return the names of an account as ``CrmClient.account_id`` gives it."""
        plain = _NOT_IN_NAME.sub("-", account_id.casefold()).strip("-")
        if plain and len(plain) <= 48 and plain == account_id.casefold().replace(" ", "-"):
            return cls(plain)
        # Two accounts may look alike once their signs are gone.
        return cls(f"{plain[:32]}-{hashlib.sha256(account_id.encode()).hexdigest()[:12]}")

    @property
    def notes_stream(self) -> str:
        """The stream of notes."""
        return f"sdrdesk-notes-{self.account}"

    @property
    def claims_bucket(self) -> str:
        """The key-value bucket of claims."""
        return f"sdrdesk-claims-{self.account}"

    @property
    def presence_bucket(self) -> str:
        """The key-value bucket of who is in a block."""
        return f"sdrdesk-presence-{self.account}"

    @property
    def all_notes(self) -> str:
        """The subject of every note."""
        return f"sdrdesk.{self.account}.note.>"

    def notes_of(self, owner_id: str) -> str:
        """Return the subject of every note about leads of one owner."""
        return f"sdrdesk.{self.account}.note.{owner_word(owner_id)}.>"

    def note(self, owner_id: str, kind: str, record_id: str) -> str:
        """Return the subject of a note; its words must be words."""
        return f"sdrdesk.{self.account}.note.{owner_word(owner_id)}.{kind}.{record_id}"

    def offer(self, owner: str, lead_id: str) -> str:
        """Return the subject of a note that offers a lead; both are words."""
        return f"sdrdesk.{self.account}.note.{owner}.offer.{lead_id}"

    @property
    def beat(self) -> str:
        """The subject of the relay's sign of life."""
        return f"sdrdesk.{self.account}.beat"

    @property
    def relay_state(self) -> str:
        """The subject on which the relay keeps what the next one has to know."""
        return f"sdrdesk.{self.account}.relay"

    def ready(self, owner: str) -> str:
        """Return the subject on which a rep's desks say what they are ready for; ``*`` any."""
        return f"sdrdesk.{self.account}.ready.{owner}"

    def claim(self, lead: str, owner: str, desk: str) -> str:
        """Return the subject of one desk's claim on a lead; ``*`` means any."""
        return f"$KV.{self.claims_bucket}.{lead}.{owner}.{desk}"

    def presence(self, owner: str, desk: str) -> str:
        """Return the subject of one desk's presence; ``*`` means any."""
        return f"$KV.{self.presence_bucket}.{owner}.{desk}"
