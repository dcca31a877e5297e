"""The root of every error a person may read. Each says what happened, what was kept, what to do."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; fixed, scripts rely on them."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    UNREACHABLE = 3
    CREDENTIALS = 4
    NEEDS_PERSON = 5


class SdrDeskError(Exception):
    """An error told to the rep in one or two sentences.

    Attributes:
        what: what happened, a whole sentence.
        kept: what was kept or not touched, a whole sentence, may be empty.
        next_step: what the person can do now, a whole sentence, may be empty.
    """

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, what: str, *, kept: str = "", next_step: str = "") -> None:
        self.what = what
        self.kept = kept
        self.next_step = next_step
        super().__init__(" ".join(part for part in (what, kept, next_step) if part))


class UsageError(SdrDeskError):
    """The person asked for something that cannot be asked like this; nothing was recorded."""

    exit_code = ExitCode.USAGE


class ReasonNeeded(UsageError):  # noqa: N818 - no failure: a question
    """Lifting a "do not call" that was sent needs a reason; nothing was changed.

    Attributes:
        activity_key: the outcome that would be taken back.
        lead_name: who must not be called, a stranger's text.
    """

    def __init__(self, activity_key: str, lead_name: str, label: str) -> None:
        self.activity_key = activity_key
        self.lead_name = lead_name
        super().__init__(
            f"{label} for {lead_name} was sent already; lifting it needs a reason (--reason).",
            kept="Nothing was changed.",
            next_step='Run `sdrdesk undo --reason "why they may be called again"`.',
        )


class NotFoundError(SdrDeskError):
    """A lead, outcome, outbox item or file that does not exist."""


class StorageError(SdrDeskError):
    """The local database cannot be opened, read or written; nothing was overwritten."""


class UnreachableError(SdrDeskError):
    """The CRM cannot be reached; everything local is kept and sent later."""

    exit_code = ExitCode.UNREACHABLE


class CredentialsError(SdrDeskError):
    """The token is missing, refused, lacks a scope or opens another account."""

    exit_code = ExitCode.CREDENTIALS
