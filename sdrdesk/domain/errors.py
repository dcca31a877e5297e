"""Errors for people: what happened, what was kept, what to do next."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts rely on them."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    UNREACHABLE = 3
    CREDENTIALS = 4
    NEEDS_PERSON = 5


class SdrDeskError(Exception):
    """An error in one to three sentences.

    Attributes:
        what: what happened.
        kept: what was kept or not changed, may be empty.
        next_step: the next step for the person, may be empty.
    """

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, what: str, *, kept: str = "", next_step: str = "") -> None:
        self.what = what
        self.kept = kept
        self.next_step = next_step
        super().__init__(" ".join(part for part in (what, kept, next_step) if part))


class UsageError(SdrDeskError):
    """A request that cannot be carried out as given; nothing was recorded."""

    exit_code = ExitCode.USAGE


class ReasonNeeded(UsageError):  # noqa: N818 - a question, not a failure
    """Lifting a sent "do not call" needs a reason; nothing was changed.

    Attributes:
        activity_key: the outcome to undo.
        lead_name: the person not to be called, a stranger's text.
    """

    def __init__(
        self, activity_key: str, lead_name: str, label: str, *, command: str = "undo"
    ) -> None:
        self.activity_key = activity_key
        self.lead_name = lead_name
        option, step = "--reason", "Run `sdrdesk undo --reason"
        if command == "correct":
            option, step = "--why", "Add `--why"
        super().__init__(
            f"{label} for {lead_name} was sent already; lifting it needs a reason ({option}).",
            kept="Nothing was changed.",
            next_step=f'{step} "why they may be called again"`.',
        )


class UndoQuestion(UsageError):  # noqa: N818 - a question, not a failure
    """Undo would reach an outcome that was sent, or an earlier call; nothing was changed.

    Attributes:
        activity_key: the outcome to undo.
    """

    def __init__(self, activity_key: str, question: str) -> None:
        self.activity_key = activity_key
        super().__init__(question, kept="Nothing was changed.")


class NotFoundError(SdrDeskError):
    """A lead, outcome, outbox item or file that does not exist."""


class StorageError(SdrDeskError):
    """The local database cannot be opened, read or written; nothing was overwritten."""


class UnreachableError(SdrDeskError):
    """The CRM cannot be reached or used now; local changes are kept and sent later."""

    exit_code = ExitCode.UNREACHABLE
    answered = False
    """True if the CRM itself said so: nothing is wrong with the connection."""


class CredentialsError(SdrDeskError):
    """The token is missing, refused, lacks a scope or opens another account."""

    exit_code = ExitCode.CREDENTIALS
    cause = ""
    """Short cause for the state line; empty if the token was refused."""


class NotLoggedInError(CredentialsError):
    """No token is set."""

    cause = "not logged in"
