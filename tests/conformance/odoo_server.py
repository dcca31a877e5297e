"""A small Odoo 17 or 19 for tests, in this process: it keeps records and answers as the real one.

``test_odoo_recordings`` compares its answers with those of real servers.
"""

from __future__ import annotations

import json
from email.utils import format_datetime
from typing import Any

import httpx

from tests.conformance.odoo_buttons import OdooButtons
from tests.conformance.odoo_records import ADMIN, ADMINS, DATABASE, NOC, OdooError, access


class OdooServer(OdooButtons, httpx.BaseTransport):
    """The server; also the transport of a client."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        headers = {"Date": format_datetime(self.clock(), usegmt=True)}
        with self.lock:
            self.requests.append(request.url.path)
            if self.down:
                return httpx.Response(self.down, text="<h1>Maintenance</h1>", headers=headers)
            status, body = self._answer(request)
        if isinstance(body, str) and status >= 400:
            return httpx.Response(status, text=body, headers=headers)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return httpx.Response(status, content=json.dumps(body), headers=headers)

    def _answer(self, request: httpx.Request) -> tuple[int, Any]:
        path = request.url.path
        if path == "/web/version" and self.version >= 19:
            version = f"{self.version}.0"
            return 200, {"version_info": [self.version, 0, 0, "final", 0, ""], "version": version}
        if path.startswith("/json/2/") and self.version >= 19:
            return self._json2(request, *path.split("/")[3:5])
        if path == "/jsonrpc":
            return self._jsonrpc(request)
        return 404, "<!DOCTYPE html>\n<title>404 Not Found</title>"

    def _jsonrpc(self, request: httpx.Request) -> tuple[int, Any]:
        try:
            params = json.loads(request.content)["params"]
        except ValueError:
            return 400, "Invalid JSON data"
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": None}
        try:
            result = self._service(params["service"], params["method"], params["args"])
        except OdooError as error:
            data: dict[str, Any] = {
                "name": error.name,
                "debug": "<traceback>",
                "message": error.message,
            }
            data |= {"arguments": [error.message], "context": {}}
            more = {"code": 200, "message": "Odoo Server Error", "data": data}
            return 200, reply | {"error": more}
        return 200, reply if result is None else reply | {"result": result}

    def _service(self, service: str, method: str, args: list[Any]) -> Any:
        if (service, method) == ("common", "version"):
            shown = f"{self.version}.0"
            info = [self.version, 0, 0, "final", 0, ""]
            return {"server_version": shown, "server_version_info": info, "server_serie": shown,
                    "protocol_version": 1}  # fmt: skip
        if args[0] not in self.databases:
            said = f'connection to server failed: FATAL:  database "{args[0]}" does not exist\n'
            raise OdooError("psycopg2.OperationalError", said, 500)
        if method == "authenticate":
            uid = self.keys.get(str(args[2]))
            if uid is None or self.records["res.users"][uid]["login"] != args[1]:
                self.wrong_keys += 1
                return False
            return uid
        _, uid, key, model, name, given, *named = args
        if self.keys.get(key) != uid:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 403)
        return self.run(uid, model, name, list(given), dict(named[0] if named else {}))

    def _json2(self, request: httpx.Request, model: str, name: str) -> tuple[int, Any]:
        if request.headers.get("X-Odoo-Database", DATABASE) not in self.databases:
            return 404, "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>"
        try:
            if request.method != "POST":
                raise OdooError("werkzeug.exceptions.NotFound", "Did you mean POST", 404)
            try:
                named = json.loads(request.content)
            except ValueError:
                said = "could not parse the body as json"
                raise OdooError("werkzeug.exceptions.BadRequest", said, 400) from None
            uid = self.keys.get(request.headers.get("Authorization", "").removeprefix("bearer "))
            if uid is None:
                self.wrong_keys += 1
                raise OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
            if model not in self.records and model not in ADMINS:
                said = f"the model '{model}' does not exist"
                raise OdooError("werkzeug.exceptions.NotFound", said, 404)
            ids = named.pop("ids", None)
            return 200, self.run(uid, model, name, [] if ids is None else [ids], named)
        except OdooError as error:
            more = {"arguments": [error.message], "context": {}, "debug": "<traceback>"}
            return error.status, {"name": error.name, "message": error.message} | more

    # Models.

    def run(self, uid: int, model: str, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        """Carry out a method; an error leaves nothing changed."""
        context = named.pop("context", {})
        if model not in self.records and model not in ADMINS:
            said = f"Object {model} doesn't exist"
            raise OdooError("odoo.exceptions.UserError", said, 422)
        if name.startswith("_"):
            raise access(f"Private methods (such as {name}) cannot be called remotely.")
        method = getattr(self, f"do_{name}", None)
        if method is None:
            if self.version >= 19:
                said = f"The method '{model}.{name}' does not exist"
                raise OdooError("werkzeug.exceptions.NotFound", said, 404)
            said = f"The method '{name}' does not exist on the model '{model}'"
            raise OdooError("builtins.AttributeError", said, 500)
        if model in ADMINS and uid != ADMIN:
            raise access(f"You are not allowed to access '{model}' records. …groups: Settings")
        if model == "crm.lead" and uid == NOC:
            raise access("You are not allowed to access 'Lead' (crm.lead) records. …groups: Sales")
        if name == "write" and model in self.values_of:
            named = _other_name(self.version, named)
        try:
            return method(uid, model, context, *given, **named)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            raise argument(self.version, str(error)) from error


def argument(version: int, said: str) -> OdooError:
    """Return the refusal of arguments that a method does not have."""
    if version < 19:
        return OdooError("builtins.TypeError", said, 422)
    return OdooError("werkzeug.exceptions.UnprocessableEntity", said, 422)


def _other_name(version: int, named: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a ``write`` whose values are called ``values``."""
    if "vals" in named:
        raise argument(version, "missing a required argument: 'values'")
    return {"vals" if name == "values" else name: value for name, value in named.items()}
