"""Calls of Odoo's models: by JSON-2 from Odoo 19 on, by JSON-RPC before.

JSON-RPC answers 200 to everything, and JSON-2 says 500 to a wrong value: the name of the exception
decides what an error means. Messages are translated, and traces (``debug``) are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import (
    AuthExpired,
    Gone,
    Locked,
    MissingRight,
    RateLimited,
    Rejected,
    TakenAway,
    Unknown,
    Unreadable,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Means

OLDEST, NEWEST = 17, 19
"""The versions that this was made for."""

_READS: Final = frozenset(
    {"search_read", "search_count", "read", "fields_get", "context_get", "check_access_rights"}
)
_BUSY: Final = (
    "SerializationFailure", "LockNotAvailable", "DeadlockDetected", "ConcurrencyError", "LockError",
)  # fmt: skip
_RACES: Final = ("could not serialize", "duplicate key", "deadlock", "could not obtain lock")
"""The database's words when two requests met; Odoo does not translate it."""
_VALUES: Final = {"create": "vals_list", "write": "vals"}
"""Arguments that JSON-RPC sends by their place: models give them names of their own."""
_PAUSE_S: Final = 60.0
_DIGITS: Final = re.compile(r"\d+")


class OdooApi:
    """One Odoo database, opened with one person's key."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        database: str,
        language: str = "",
        **means: Unpack[Means],
    ) -> None:
        """Make an API; nothing is sent yet. See ``JsonHttp``.

        ``language``: of the words for stages, tags and options; ``""`` the user's own.
        """
        self.http = JsonHttp(base_url, crm="Odoo", headers={}, **means)
        self.database = database
        self.uid = 0
        self.zone = ""
        """The user's own time zone."""
        self._user = user
        self._key = key
        self.language = language
        self._json2: bool | None = None
        self._version: tuple[int, str] = (0, "")
        self._closed: SdrDeskError | None = None
        """A refused key, which is not tried again."""

    def __repr__(self) -> str:
        return f"OdooApi({self.http!r}, {self.database})"

    def sign_in(self) -> int:
        """Return the user's id; asked once.

        Raises:
            AuthExpired: the key, the user or the database is not there.
        """
        if self._closed is not None:
            raise self._closed
        if self.uid:
            return self.uid
        try:
            if not self._speaks_json2():
                self._authenticate()
            mine = self._call("res.users", "context_get", None, {})
        except AuthExpired as error:
            self._closed = error
            raise
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
            info = found.get("server_version_info") if isinstance(found, dict) else None
            shown = found.get("server_version") if isinstance(found, dict) else ""
            self._version = (_generation(info), one_line(str(shown), limit=20))
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
        *,
        context: Mapping[str, object] | None = None,
        **named: object,
    ) -> Any:
        """Call a method of a model and return its result; ``None`` without one.

        Reads are repeated when there is no response.

        Raises:
            TakenAway: the user may not see or change these ids, or records like them.
            MissingScope: the same without ids.
            Gone, Locked, Rejected, Unknown: as their names say.
        """
        self.sign_in()
        more = {"lang": self.language} if self.language else {}
        named["context"] = {"tz": "UTC", "active_test": False, **more, **(context or {})}
        try:
            return self._call(model, method, ids, named)
        except AuthExpired as error:
            self._closed = error
            raise

    def _call(
        self, model: str, method: str, ids: Sequence[int] | None, named: dict[str, object]
    ) -> Any:
        def ask() -> Any:
            if self._json2:
                found = self._once2(model, method, ids, named)
                if "vals" in named and isinstance(found, Rejected) and "argument" in found.message:
                    other = {name: value for name, value in named.items() if name != "vals"}
                    again = self._once2(model, method, ids, other | {"values": named["vals"]})
                    return found if isinstance(again, Rejected) else again
                return found
            first = _VALUES.get(method, "")
            given: list[object] = [list(ids)] if ids is not None else []
            given += [named[first]] if first in named else []
            more = {name: value for name, value in named.items() if name != first}
            args = [self.database, self.uid, self._key, model, method, given, more]
            return self._once1("object", "execute_kw", args, bool(ids), method not in _READS)

        return _result(self.http.repeated(ask) if method in _READS else ask())

    def _speaks_json2(self) -> bool:
        if self._json2 is None:
            found = self.http.repeated(lambda: self.http.exchange("GET", "web/version"))
            if isinstance(found, SdrDeskError):
                raise found
            if found.status >= 500 and not found.is_json:
                raise self.http.resting(found.status)
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
                raise self._no_database() from error
            raise
        if not isinstance(found, int) or isinstance(found, bool):
            raise _wrong_key(f" for {one_line(self._user, limit=60)}")
        self.uid = found

    def _rpc(self, service: str, method: str, args: list[object]) -> Any:
        return _result(self.http.repeated(lambda: self._once1(service, method, args, False, False)))

    def _once1(
        self, service: str, method: str, args: list[object], has_ids: bool, is_write: bool
    ) -> Any:
        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.http.exchange("POST", "jsonrpc", body=body)
        if isinstance(answer, SdrDeskError):
            return answer
        if answer.status == 404:
            return self._not_odoo()
        if answer.status != 200 or not isinstance(answer.body, dict):
            return self._no_answer(answer, is_write=is_write)
        self.http.note_time(answer)
        error = answer.body.get("error")
        if error is None:
            return answer.body.get("result")  # left out for "nothing"
        data = error.get("data") if isinstance(error, dict) else None
        return refusal(data if isinstance(data, dict) else {}, has_ids=has_ids)

    def _once2(
        self, model: str, method: str, ids: Sequence[int] | None, named: Mapping[str, object]
    ) -> Any:
        body = {**named, **({"ids": list(ids)} if ids is not None else {})}
        answer = self.http.exchange(
            "POST",
            f"json/2/{model}/{method}",
            body=body,
            headers={
                "Authorization": f"bearer {self._key}",
                **({"X-Odoo-Database": self.database} if self.database else {}),
            },
        )
        if isinstance(answer, SdrDeskError):
            return answer
        if answer.status == 404 and not answer.is_json:
            return self._no_database()  # the address itself answered as Odoo
        if answer.is_json and (answer.status == 200 or _name(answer.body)):
            self.http.note_time(answer)
            if answer.status == 200:
                return answer.body
            return refusal(answer.body, has_ids=bool(ids))
        return self._no_answer(answer, is_write=method not in _READS)

    def _no_answer(self, answer: Answer, *, is_write: bool) -> SdrDeskError:
        if answer.status == 429:
            return RateLimited(_PAUSE_S, "of Odoo")
        if answer.status >= 500:
            return self.http.resting(answer.status)
        return self.http.no_answer_of_it(answer, is_write=is_write)

    def _no_database(self) -> AuthExpired:
        name = one_line(self.database, limit=60)
        return AuthExpired(
            f'There is no Odoo database "{name}" at {self.http.host}.',
            kept="Everything recorded here is kept.",
            next_step="Correct database under [crm] in config.toml, or SDRDESK_CRM_DATABASE.",
        )

    def _not_odoo(self) -> UsageError:
        return UsageError(
            f"Nothing at {self.http.base_url} answers as Odoo does.",
            kept="Everything recorded here is kept.",
            next_step="Correct api_url under [crm] in config.toml: the address of Odoo, without "
            "/web or /odoo behind it.",
        )


def refusal(said: Mapping[str, object], *, has_ids: bool) -> SdrDeskError:
    """Return the error that an exception of Odoo means."""
    name, words = _name(said), one_line(str(said.get("message") or ""), limit=400)
    message = f"Odoo: {words or name}"
    kind = name.rpartition(".")[2]
    if kind in ("AccessDenied", "Unauthorized"):
        return _wrong_key()
    if kind == "AccessError":
        if has_ids:
            return TakenAway(f"{message} The record belongs to another rep.")
        return MissingRight(message)
    if kind == "MissingError":
        return Gone(message)
    if kind in _BUSY or is_race(words):
        return Locked()
    if kind in ("OperationalError", "InterfaceError", "PoolError") or not name:
        return Unknown(message)
    return Rejected(message)


def is_race(words: str) -> bool:
    """Return whether two requests met at the database: nothing was carried out."""
    return any(race in words.lower() for race in _RACES)


def _result(found: Any) -> Any:
    if isinstance(found, SdrDeskError):
        raise found
    return found


def _name(body: object) -> str:
    return str(body.get("name") or "") if isinstance(body, Mapping) else ""


def _generation(info: object) -> int:
    """Return 17 for ``[17, 0, 0, "final", 0, ""]`` and for ``["saas~17", 4, …]``; 0 unknown."""
    first = info[0] if isinstance(info, list) and info else ""
    found = _DIGITS.search(str(first))
    return int(found[0]) if found else 0


def _wrong_key(whose: str = "") -> AuthExpired:
    return AuthExpired(
        f"Odoo refuses this key{whose}.",
        kept="Everything recorded here is kept.",
        next_step="Check the API key, the user and the database, then run sdrdesk login.",
    )
