"""What can go wrong between here and a CRM: a small tree, caught at the level one can act on.

Room: sync. Nothing here knows a CRM's words or HTTP; connectors translate into these once.
"""

# ruff: noqa: N818  # the names say what happened, as sentences do: AuthExpired, Unreachable
from __future__ import annotations

from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UnreachableError

_KEPT = "Everything recorded here is kept."


class SyncError(SdrDeskError):
    """A sync stopped for a reason that is neither the network nor the token."""


class Busy(SyncError):
    """Another sdrdesk process is syncing the same database."""


class SuspiciousRemote(SyncError):
    """The CRM suddenly shows far fewer leads than are held here; nothing was removed."""


class UnreadableId(SyncError):
    """The CRM answered with a record whose id cannot be read, so it cannot be asked for again."""

    def __init__(self) -> None:
        super().__init__(
            "The CRM answered with a record whose id cannot be read.",
            kept="Everything recorded here is kept.",
            next_step="Look for the record at the CRM.",
        )
        self.message = (
            "The CRM took it, but answered with an id that cannot be read. Look for it at the CRM:"
            " if it is there, drop this item; if not, retry it."
        )


class AuthExpired(CredentialsError):
    """The token is missing, wrong, expired or was deactivated (never retried)."""


class WrongAccount(CredentialsError):
    """The token opens another account than the one this database belongs to."""

    def __init__(self, known: str, opened: str) -> None:
        whose = (
            f"This database belongs to the account {known}; the token opens {opened}."
            if known
            else f"The leads of this database are not in the account the token opens ({opened})."
        )
        super().__init__(
            whose,
            kept="Nothing was sent or fetched; everything recorded here is kept.",
            next_step="Use the token and the address of its own account, or set SDRDESK_HOME to "
            "another directory for this one.",
        )
        self.known = known
        self.opened = opened


class MissingScope(CredentialsError):
    """The token may not do this. ``scope`` names what it lacks, ``""`` when the CRM did not say."""

    def __init__(self, scope: str, message: str = "", correlation_id: str = "") -> None:
        self.scope = scope
        self.correlation_id = correlation_id
        named = f"the scope {scope}" if scope else "a permission"
        super().__init__(
            f"The CRM token lacks {named}.",
            kept=_KEPT,
            next_step="Grant it to the token at the CRM, then run sdrdesk sync.",
        )
        self.message = message or self.what


class Unreachable(UnreachableError):
    """No answer of the CRM. The request was not carried out if the error is ``certain``."""

    certain = True
    """Whether the request was certainly not carried out."""

    def __init__(self, detail: str = "", *, next_step: str = "") -> None:
        said = f": {detail}" if detail else ""
        super().__init__(
            f"The CRM cannot be reached{said}.",
            kept=_KEPT,
            next_step=next_step or "Check the connection, then try again.",
        )


class AccountPaused(Unreachable):
    """The CRM asks for a pause of the whole account (it is being moved)."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"the account is being moved; again in {_span(retry_after_s)}")
        self.retry_after_s = retry_after_s


class RateLimited(Unreachable):
    """Too many requests, and waiting here would take too long. Nothing was carried out."""

    def __init__(self, retry_after_s: float, policy: str) -> None:
        super().__init__(f"rate limit {policy or 'reached'}; again in {_span(retry_after_s)}")
        self.retry_after_s = retry_after_s
        self.policy = policy


class Unknown(Unreachable):
    """The request may or may not have been carried out: look before sending it again.

    ``again``: asking again for something that only reads may help.
    """

    certain = False
    correlation_id = ""

    def __init__(self, detail: str = "", correlation_id: str = "", *, again: bool = True) -> None:
        super().__init__(detail)
        self.correlation_id = correlation_id
        self.again = again


class Unreadable(Unknown, SyncError):
    """An answer came that cannot be one of the CRM's: too large, without end, or garbage."""

    def __init__(self, detail: str) -> None:
        UnreachableError.__init__(
            self,
            f"An answer came that the CRM does not give: {detail}.",
            kept=_KEPT,
            next_step="Try again; if it stays, check the network, the proxy and SDRDESK_API_URL.",
        )
        self.again = False


class TooLarge(Unreadable):
    """An answer is larger than any that is read; less may be asked for."""


class Intercepted(Unreachable):
    """Something on the way answered a request that only reads, or may be repeated at any time."""

    def __init__(self, detail: str) -> None:
        UnreachableError.__init__(
            self,
            "Something between this machine and the CRM answered instead of it "
            f"(a login page of the network, a proxy): {detail}.",
            kept=_KEPT,
            next_step="Open a browser to see whether the network asks for a login, check the "
            "proxy and SDRDESK_API_URL, then try again.",
        )


class InterceptedWrite(Intercepted, Unknown):
    """Something on the way answered a write. It may have let the write through before."""

    again = False


class Refused(SdrDeskError):
    """The CRM refused one request for good; it was not carried out. Base of the next ones."""

    def __init__(self, message: str, correlation_id: str = "") -> None:
        self.message = message
        self.correlation_id = correlation_id
        super().__init__(
            f"The CRM refused: {message.rstrip('.')}.",
            kept=_KEPT,
            next_step="See sdrdesk doctor for what the token and the account allow.",
        )


class Rejected(Refused):
    """Values were refused; ``fields`` are the CRM's names of the fields it complained about."""

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
    """The account has no such outcome, stage or list (any more): a mapping must be fixed."""


class KeyFieldMissing(Rejected):
    """The field that holds sdrdesk's key is not (or no longer) as ``setup`` left it."""


class Gone(Refused):
    """The record does not exist (any more): deleted or purged."""


class Conflicting(Refused):
    """It exists already."""


class Locked(Unreachable):
    """The record is locked by heavy writes; not carried out, works in a moment."""

    def __init__(self, retry_after_s: float = 2.0) -> None:
        super().__init__("the record is locked by other writes")
        self.retry_after_s = retry_after_s


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
