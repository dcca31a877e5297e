"""Errors of a sync. Connectors translate a CRM's answers and HTTP errors into these."""

# ruff: noqa: N818  # the names describe the problem: AuthExpired, Unreachable
from __future__ import annotations

from typing import Self

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UnreachableError

_KEPT = "Everything recorded here is kept."
_KEPT_FOR_LATER = "Everything recorded here is kept and will be sent."
_LATER = "Try again in a few minutes; an open workbench does so on its own."


class SyncError(SdrDeskError):
    """A sync stopped for a reason that is neither the network nor the token."""


class Busy(SyncError):
    """Another sdrdesk process is syncing the same database."""


class SuspiciousRemote(SyncError):
    """The CRM suddenly shows far fewer leads than are held here; nothing was removed."""


class MarksUnread(SyncError):
    """No lead can be read, because it would not be known whom not to call."""

    def __init__(self, problem: str, next_step: str) -> None:
        super().__init__(
            f"No people can be read from the CRM: {problem}.",
            kept="What you recorded is sent all the same; the leads here stay as they are.",
            next_step=next_step,
        )


class UnreadableId(SyncError):
    """The CRM answered with a record whose id cannot be read, so it cannot be asked for again."""

    def __init__(self) -> None:
        super().__init__(
            "The CRM answered with a record whose id cannot be read.",
            kept=_KEPT,
            next_step="Look for the record at the CRM.",
        )
        self.message = (
            "The CRM saved it but answered with an id that cannot be read. Look for it at the CRM:"
            " if it is there, drop this item; if not, retry it."
        )


class AuthExpired(CredentialsError):
    """The token is missing, wrong, expired or was deactivated (never retried)."""

    @classmethod
    def because(cls, what: str, next_step: str) -> AuthExpired:
        """Return the error for a key that the CRM refused."""
        return cls(f"{what}.", kept=_KEPT, next_step=next_step)


class WrongAccount(CredentialsError):
    """The token opens another account than the one this database belongs to."""

    def __init__(self, known: str, opened: str) -> None:
        super().__init__(
            f"This database belongs to the account {known}; the {CRM_NAME.key} opens {opened}."
            if known
            else f"The leads of this database are not in the account the {CRM_NAME.key} opens "
            f"({opened}).",
            kept="Nothing was sent or fetched; everything recorded here is kept.",
            next_step=f"Use the {CRM_NAME.key} and the address of its own account, or set "
            "SDRDESK_HOME to another directory for this one.",
        )


class MissingScope(CredentialsError):
    """The token lacks a permission: ``scope``, ``""`` when the CRM does not name it."""

    cause = "a right is missing"

    def __init__(self, scope: str, message: str = "", correlation_id: str = "") -> None:
        self.scope = scope
        self.correlation_id = correlation_id
        named = f"the scope {scope}" if scope else "a permission"
        super().__init__(
            f"The CRM {CRM_NAME.key} lacks {named}.",
            kept=_KEPT,
            next_step=f"Grant it to the {CRM_NAME.key} at the CRM, then run sdrdesk sync.",
        )
        self.message = message or self.what


class MissingRight(MissingScope):
    """The user lacks a right that an administrator of the CRM gives; said in the CRM's words."""

    def __init__(self, message: str) -> None:
        super().__init__("", message)
        self.what = f"{message.rstrip('.')}."
        self.next_step = "Ask an administrator for this right, then run sdrdesk sync."
        self.args = (f"{self.what} {self.kept} {self.next_step}",)


class Unreachable(UnreachableError):
    """No answer from the CRM, or one that puts off: then ``by`` is who answered."""

    certain = True
    """True if the request was certainly not carried out."""
    cause = ""
    """Why, short enough for the state line: ``HTTP 503``, ``rate limit``; ``""`` not said."""
    _says = "answered that it is not available now"

    def __init__(self, detail: str = "", *, next_step: str = "", by: str = "") -> None:
        said = f": {detail}" if detail else ""
        self.answered = bool(by)
        self.cause = self.cause or (detail.partition(",")[0] if detail.startswith("HTTP ") else "")
        if by:
            what, kept = f"{by} {self._says}{said}.", _KEPT_FOR_LATER
            next_step = next_step or _LATER
        else:
            what, kept = f"The CRM cannot be reached{said}.", _KEPT
        super().__init__(
            what, kept=kept, next_step=next_step or "Check the connection, then try again."
        )


class AccountPaused(Unreachable):
    """The CRM asks for a pause of the whole account, which is being moved."""

    cause = "account being moved"
    _says = "is not available now"

    def __init__(self, retry_after_s: float) -> None:
        again = f"the account is being moved; again in {_span(retry_after_s)}"
        super().__init__(again, by=f"{CRM_NAME}")
        self.retry_after_s = retry_after_s


class RateLimited(Unreachable):
    """Too many requests; the wait is too long for one request. Nothing was carried out."""

    cause = "rate limit"
    _says = "has had too many requests"

    def __init__(self, retry_after_s: float, policy: str) -> None:
        again = f"rate limit {policy or 'reached'}; again in {_span(retry_after_s)}"
        super().__init__(again, by=f"{CRM_NAME}")
        self.retry_after_s = retry_after_s
        self.policy = policy


class Unknown(Unreachable):
    """The request may have been carried out: check before sending it again.

    ``again``: repeating a request that only reads may help.
    """

    certain = False
    correlation_id = ""

    def __init__(
        self, detail: str = "", correlation_id: str = "", *, again: bool = True, by: str = ""
    ) -> None:
        super().__init__(detail, by=by)
        self.correlation_id = correlation_id
        self.again = again


class Unreadable(Unknown, SyncError):
    """An answer that cannot be the CRM's: too large, endless, or garbage."""

    def __init__(self, detail: str) -> None:
        UnreachableError.__init__(
            self,
            f"The answer cannot be the CRM's: {detail}.",
            kept=_KEPT,
            next_step="Try again; if that fails, check the network, the proxy and SDRDESK_API_URL.",
        )
        self.again = False


class TooLarge(Unreadable):
    """An answer above the size limit; asking for less may help."""


class Intercepted(Unreachable):
    """A network answered in the CRM's place, to a request that may be repeated."""

    def __init__(self, detail: str) -> None:
        UnreachableError.__init__(
            self,
            f"The network answered instead of the CRM (a Wi-Fi login page or a proxy): {detail}.",
            kept=_KEPT,
            next_step="Open a browser to see whether the network asks for a login, check the "
            "proxy and SDRDESK_API_URL, then try again.",
        )


class InterceptedWrite(Intercepted, Unknown):
    """A network answered a write in the CRM's place; the write may have got through."""

    again = False


class Refused(SdrDeskError):
    """The CRM refused a request for good; it was not carried out. Base of the errors below."""

    def __init__(self, message: str, correlation_id: str = "") -> None:
        self.message = message
        self.correlation_id = correlation_id
        super().__init__(
            f"The CRM refused: {message.rstrip('.')}.",
            kept=_KEPT,
            next_step=f"See sdrdesk doctor for what the {CRM_NAME.key} and the account allow.",
        )


class Rejected(Refused):
    """Values were refused; ``fields`` are the CRM's names of the fields."""

    def __init__(
        self,
        message: str,
        *,
        fields: tuple[str, ...] = (),
        codes: tuple[str, ...] = (),
        correlation_id: str = "",
    ) -> None:
        super().__init__(message, correlation_id)
        self.fields = fields
        self.codes = codes


class OutcomeMissing(Rejected):
    """The account has no such outcome, stage or list: the mapping must be fixed."""

    names_the_file = False
    """True if the message says what to correct in ``crm.toml``."""

    @classmethod
    def in_crm_file(cls, message: str, field: str) -> Self:
        """Return one whose message says what to correct in ``crm.toml``."""
        error = cls(message, fields=(field,))
        error.names_the_file = True
        return error


class KeyFieldMissing(Rejected):
    """The field for sdrdesk's key is missing, or not as ``setup`` made it.

    ``crm_id``: the record that was made without the key, ``""`` when none was.
    """

    crm_id = ""

    @classmethod
    def made(cls, message: str, crm_id: str) -> KeyFieldMissing:
        """Return the error for a record that was made without its key."""
        error = cls(message)
        error.crm_id = crm_id
        return error


class FactsFieldMissing(Rejected):
    """The field for sdrdesk's facts is missing; they can go into the text."""


class Gone(Refused):
    """The record does not exist, or was deleted or purged."""


class TakenAway(Refused):
    """The record is there, but not for this rep any more."""


class LeadGone(Gone):
    """The lead of an item was deleted."""


class LeadTaken(TakenAway):
    """The lead of an item is there, but not for this rep any more."""


class Conflicting(Refused):
    """The record exists already; ``crm_id`` is its id where the CRM names it, else ``""``."""

    def __init__(self, message: str, correlation_id: str = "", *, crm_id: str = "") -> None:
        super().__init__(message, correlation_id)
        self.crm_id = crm_id


class ChangedSince(Refused):
    """The record is not as it was when it was read; nothing was written."""


class Locked(Unreachable):
    """The record is locked by other writes; nothing was carried out. Retry in a moment."""

    cause = "record locked"
    _says = "cannot do this now"

    def __init__(self, retry_after_s: float = 2.0) -> None:
        super().__init__("the record is locked by other writes", by=f"{CRM_NAME}")
        self.retry_after_s = retry_after_s


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
