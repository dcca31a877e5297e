"""Calls of Odoo's models: by JSON-2 from Odoo 19 on, by JSON-RPC before.

JSON-RPC answers 200 to everything, and JSON-2 says 500 to a wrong value: the name of the exception
decides what an error means. Messages are translated, and traces (``debug``) are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import sendable
from sdrdesk.sync.errors import (
    AuthExpired,
    Gone,
    Locked,
    MissingRight,
    Rejected,
    TakenAway,
    Unknown,
    Unreadable,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Network
from sdrdesk.sync.registry import Target

OLDEST, NEWEST = 17, 19
"""The versions that this was made for."""

_READS: Final = frozenset(
    {"search_read", "search_count", "read", "fields_get", "context_get", "check_access_rights",
     "has_access"}
)  # fmt: skip
_BUSY: Final = (
    "SerializationFailure", "LockNotAvailable", "DeadlockDetected", "ConcurrencyError", "LockError",
)  # fmt: skip
_RACES: Final = ("could not serialize", "duplicate key", "deadlock", "could not obtain lock")
"""The database's words when two requests met; Odoo does not translate it."""
_VALUES: Final = {"create": "vals_list", "write": "vals"}
"""Arguments that JSON-RPC sends by their place: models give them names of their own."""
_CONTEXT: Final = {"tz": "UTC", "active_test": False, "skip_contact_description": True}
"""Times in UTC; archived records too; a meeting's text without the organizer's own address, which
Odoo 19 otherwise adds."""
_NEXT_STEP: Final = (
    "Check the key (it may have expired), the user and the database, then run sdrdesk login."
)
_PAGE: Final = re.compile(r"(?<=[^/])/(?:odoo|web)(?:[/?#].*)?\Z")
"""A page of Odoo behind its address, as a browser shows it."""
_DIGITS: Final = re.compile(r"\d+")


class OdooApi(JsonHttp):
    """One Odoo database, opened with one person's key."""

    def __init__(self, target: Target, language: str, **network: Unpack[Network]) -> None:
        """Make an API; ``language``: of stages, tags and options; ``""`` the user's own."""
        super().__init__(_PAGE.sub("", target.url), crm="Odoo", clock=target.clock, **network)
        self.database = target.database
        self.uid = 0
        self.zone = ""
        """The user's own time zone."""
        self._user = target.user
        self._key = target.token
        self.language = language
        self._json2: bool | None = None
        self._version: tuple[int, str] = (0, "")

    def sign_in(self) -> int:
        """Return the user's id; asked once.

        Raises:
            AuthExpired: the key, the user or the database is not there.
        """
        if self.refused is not None:
            raise self.refused
        if not self.uid:
            if not self._speaks_json2():
                self._authenticate()
            mine = self._call("res.users", "context_get", None, {})
            if not isinstance(mine, dict):
                raise Unreadable("it does not say whose key this is")
            self.zone = one_line(str(mine.get("tz") or ""), limit=64)
            self.language = self.language or one_line(str(mine.get("lang") or ""), limit=20)
            self.uid = int(mine.get("uid") or self.uid)
        return self.uid

    def version(self) -> tuple[int, str]:
        """Return the server's generation, and its version as it calls it.

        Raises:
            UsageError: it is older than this connector speaks to.
        """
        self._speaks_json2()
        if not self._version[0]:
            found = self._rpc("common", "version", [])
            info = found if isinstance(found, dict) else {}
            shown = one_line(str(info.get("server_version", "")), limit=20)
            self._version = (_generation(info.get("server_version_info")), shown)
        if 0 < self._version[0] < OLDEST:
            raise UsageError(
                f"This server is Odoo {self._version[1]}; sdrdesk needs Odoo {OLDEST} or later.",
                kept="Nothing was sent or fetched.",
                next_step="Ask the administrator for an update of Odoo.",
            )
        return self._version

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None = None,
        **named: object,
    ) -> Any:
        """Call a method of a model and return its result; ``None`` without one.

        Raises:
            TakenAway: the user may not see these ids, or records like them.
            MissingRight: the same without ids.
            Gone, Locked, Rejected, Unknown: as their names say.
        """
        self.sign_in()
        lang = {"lang": self.language} if self.language else {}
        named["context"] = {**_CONTEXT, **lang}
        return self._call(model, method, ids, named)

    def _call(
        self, model: str, method: str, ids: Sequence[int] | None, named: dict[str, object]
    ) -> Any:
        if not self._json2:
            first = _VALUES.get(method, "")
            given: list[object] = [list(ids)] if ids is not None else []
            given += [named[first]] if first in named else []
            more = {name: value for name, value in named.items() if name != first}
            args = [self.database, self.uid, self._key, model, method, given, more]
            reads = method in _READS
            return self._rpc("object", "execute_kw", args, has_ids=bool(ids), reads=reads)
        try:
            return self._rest(model, method, ids, named)
        except Rejected as error:
            if "vals" not in named or "argument" not in error.message:
                raise
            other = {name: value for name, value in named.items() if name != "vals"}
            try:
                return self._rest(model, method, ids, other | {"values": named["vals"]})
            except Rejected:
                raise error from None

    def _speaks_json2(self) -> bool:
        if self._json2 is None:
            found = self.repeated(lambda: self.exchange("GET", "web/version"))
            if isinstance(found, SdrDeskError):
                raise found
            if found.status >= 500 and not found.is_json:
                raise self.resting(found.status)
            said = found.body if found.status == 200 and isinstance(found.body, dict) else {}
            generation = _generation(said.get("version_info"))
            self._version = (generation, one_line(str(said.get("version") or ""), limit=20))
            self._json2 = generation >= NEWEST
        return self._json2

    def _authenticate(self) -> None:
        if not self._user:
            raise UsageError(
                "Odoo before version 19 needs user under [crm] in config.toml.",
                next_step="Set it to your login, or set SDRDESK_CRM_USER.",
            )
        try:
            found = self._rpc("common", "authenticate", [self.database, self._user, self._key, {}])
        except (Rejected, Unknown) as error:
            if self.database and self.database in str(error):
                self.refused = self._no_database()
                raise self.refused from error
            raise
        if not isinstance(found, int) or isinstance(found, bool):
            user = one_line(self._user, limit=60)
            self.refused = AuthExpired.because(f"Odoo refuses this key for {user}", _NEXT_STEP)
            raise self.refused
        self.uid = found

    def _rpc(
        self,
        service: str,
        method: str,
        args: list[object],
        *,
        has_ids: bool = False,
        reads: bool = True,
    ) -> Any:
        def judge(answer: Answer) -> Answer | SdrDeskError | None:
            if answer.status == 404:
                return self._not_odoo()
            if answer.status != 200 or not isinstance(answer.body, dict):
                return None
            error = answer.body.get("error")
            if error is None:
                return replace(answer, body=answer.body.get("result"))  # left out for "nothing"
            data = error.get("data") if isinstance(error, dict) else None
            return refusal(data if isinstance(data, dict) else {}, has_ids=has_ids, reads=reads)

        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.ask("POST", "jsonrpc", judge, reads=reads, body=body)

    def _rest(
        self, model: str, method: str, ids: Sequence[int] | None, named: Mapping[str, object]
    ) -> Any:
        def judge(answer: Answer) -> Answer | SdrDeskError | None:
            if answer.status == 404 and not answer.is_json:
                return self._no_database()  # the address itself answered as Odoo
            if answer.is_json and answer.status == 200:
                return answer
            if not _name(answer.body):
                return None
            return refusal(answer.body, has_ids=bool(ids), reads=reads)

        headers = {"Authorization": f"bearer {sendable(self._key)}"}
        headers |= {"X-Odoo-Database": self.database} if self.database else {}
        body = {**named, **({"ids": list(ids)} if ids is not None else {})}
        path, reads = f"json/2/{model}/{method}", method in _READS
        return self.ask("POST", path, judge, reads=reads, body=body, headers=headers)

    def _no_database(self) -> AuthExpired:
        name = one_line(self.database, limit=60)
        return AuthExpired.because(
            f'There is no Odoo database "{name}" at {self.host}',
            "Correct database under [crm] in config.toml, or SDRDESK_CRM_DATABASE.",
        )

    def _not_odoo(self) -> UsageError:
        return UsageError(
            f"Nothing at {self.base_url} answers as Odoo does.",
            kept="Everything recorded here is kept.",
            next_step="Correct api_url under [crm] in config.toml: the address of Odoo, without "
            "/web or /odoo behind it.",
        )


def refusal(said: Mapping[str, object], *, has_ids: bool, reads: bool = True) -> SdrDeskError:
    """Return the error that an exception of Odoo means."""
    name, words = _name(said), one_line(str(said.get("message") or ""), limit=400)
    message, kind = f"Odoo: {words or name}", name.rpartition(".")[2]
    if kind in ("AccessDenied", "Unauthorized"):
        return AuthExpired.because("Odoo refuses this key", _NEXT_STEP)
    if kind == "AccessError" and has_ids and reads:
        return TakenAway(f"This record is another rep's, or another company's. {message}")
    if kind == "AccessError":  # a record that may be read need not be writable
        return Rejected(message) if has_ids else MissingRight(message)
    if kind == "MissingError":
        return Gone(message)
    if kind in _BUSY or is_race(words):
        return Locked()
    if kind in ("OperationalError", "InterfaceError", "PoolError") or not name:
        return Unknown(words or name or "no reason stated", by="Odoo")
    return Rejected(message)


def is_race(words: str) -> bool:
    """Return whether two requests met at the database: nothing was carried out."""
    return any(race in words.lower() for race in _RACES)


def _name(body: object) -> str:
    return str(body.get("name") or "") if isinstance(body, Mapping) else ""


def _generation(info: object) -> int:
    """Return 17 for ``[17, 0, 0, "final", 0, ""]`` and for ``["saas~17", 4, …]``; 0 unknown."""
    first = info[0] if isinstance(info, list) and info else ""
    found = _DIGITS.search(str(first))
    return int(found[0]) if found else 0
