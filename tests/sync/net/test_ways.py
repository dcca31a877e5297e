"""The network to the CRM: certificates, proxies, names. Errors name cause and setting."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from sdrdesk.clock import system_clock
from sdrdesk.domain.crm.api_address import address_problem
from sdrdesk.domain.errors import CredentialsError, UsageError
from sdrdesk.sync.errors import Unreachable
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.net.proxy import find_proxy
from sdrdesk.sync.net.trust import tls_context
from tests.support.raw_server import Act, answer, raw_server
from tests.sync.desk import quick

ELSEWHERE = "https://crm.example.test"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def ask(url: str) -> bytes:
    http = Transport(url, "pat-x", system_clock, timing=quick())
    try:
        return http.get("/x")
    finally:
        http.close()


# Certificates


@pytest.fixture(scope="module")
def company() -> trustme.CA:
    """Return a company's own certificate authority, unknown to the system."""
    return trustme.CA()


def tls_of(ca: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return context


def test_an_unknown_authority_is_not_trusted_and_says_so(company: trustme.CA) -> None:
    with raw_server(answer(), tls_of(company, "127.0.0.1")) as server:
        with pytest.raises(Unreachable) as caught:
            ask(server.url)
        assert "certificate of 127.0.0.1 is not trusted" in caught.value.what
        assert "SSL_CERT_FILE" in caught.value.next_step
        assert caught.value.certain
        assert server.asked == []


def test_a_companys_authority_is_trusted_from_its_file(
    company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "company.pem"
    company.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with raw_server(answer(), tls_of(company, "127.0.0.1")) as server:
        assert ask(server.url) == b"{}"
    with (  # a name that is not in the certificate
        raw_server(answer(), tls_of(company, "other.example")) as server,
        pytest.raises(Unreachable, match="is not trusted"),
    ):
        ask(server.url)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="names certificates in a directory")
def test_a_companys_authority_is_trusted_from_its_directory(
    company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "company.pem"
    company.cert_pem.write_to_path(str(file))
    command = ["openssl", "x509", "-subject_hash", "-noout", "-in", str(file)]
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    file.rename(tmp_path / f"{name}.0")
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}{os.pathsep}{tmp_path}")
    with raw_server(answer(), tls_of(company, "127.0.0.1")) as server:
        assert ask(server.url) == b"{}"


def test_the_systems_own_store_is_asked(
    company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("its store cannot be another one for a test")
    file = tmp_path / "company.pem"
    company.cert_pem.write_to_path(str(file))
    found = ssl.get_default_verify_paths()._replace(cafile=str(file), capath="")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: found)
    context = tls_context({})
    with raw_server(answer(), tls_of(company, "127.0.0.1")) as server, suppress(OSError):
        # OpenSSL itself reads its own variable; the product's settings are empty.
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        port = int(server.url.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
        ):
            assert wrapped.version()
            return
    pytest.fail("an authority of the system's store was not trusted")


BAD_CERTIFICATES = {
    "missing": ("SSL_CERT_FILE", "absent.pem", "no such file"),
    "directory": ("SSL_CERT_FILE", "", "directory"),
    "no pem": ("SSL_CERT_FILE", "text", "contains no certificate"),
    "empty": ("SSL_CERT_FILE", "empty", "contains no certificate"),
    "fifo": ("SSL_CERT_FILE", "fifo", "special file"),
    "no directory": ("SSL_CERT_DIR", "absent", "no such directory"),
    "a file as directory": ("SSL_CERT_DIR", "text", "no such directory"),
    "nothing in it": ("SSL_CERT_DIR", "", "no certificate in it"),
}


@pytest.mark.parametrize("what", BAD_CERTIFICATES)
def test_a_certificate_setting_that_is_no_good_is_named(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, name, problem = BAD_CERTIFICATES[what]
    (tmp_path / "text").write_text("-----BEGIN CERTIFICATE-----\nnone\n")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setenv(setting, str(tmp_path / name))
    with pytest.raises(UsageError) as caught:
        ask(ELSEWHERE)
    assert setting in caught.value.what
    assert problem in caught.value.what
    assert setting in caught.value.next_step


def test_a_server_that_speaks_no_tls_is_named() -> None:
    with raw_server(answer()) as server, pytest.raises(Unreachable, match="the TLS connection to"):
        ask(server.url.replace("http://", "https://"))


# Names and ports


def test_three_causes_are_three_sentences() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 refuses the connection"):
        ask(f"http://127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=r"name crm\.example\.invalid cannot be resolved"):
        ask("https://crm.example.invalid")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "https://"),
        ("https://", "no host"),
        ("https://:443", "no host"),
        ("https:///crm", "no host"),
        ("https://crm .example", "space"),
        ("https://crm.example\n", "space"),
        ("https://crm.exam\x1bple", "control"),
        ("https://crm\u202e.example", "control"),
        ("https://crm.exämple", "ASCII"),
        ("https://ｃrm.example", "ASCII"),
        ("https://crm.example:abc", "port"),
        ("https://crm.example:99999", "port"),
        ("https://crm.example:-1", "port"),
        ("https://crm.example:0", "port"),
        ("https://[::1", "host"),
        ("https://crm..example", "cannot exist"),
        ("https://" + "a" * 64 + ".example", "cannot exist"),
        ("https://crm.example/?a=b", "?"),
        ("https://crm.example/#x", "#"),
        ("https://rita:secret@crm.example", "password"),
        ("http://crm.example", "https://"),
        ("ftp://127.0.0.1", "https://"),
        ("file:///etc/passwd", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https://crm.example", ""),
        ("https://crm.example:8443/base/", ""),
        ("https://[::1]:8443", ""),
        ("http://[::1]:8443", ""),
        ("http://localhost:8642", ""),
        ("HTTPS://CRM.example.", ""),
    ],
)
def test_an_address_is_looked_at_before_the_token_is_shown(url: str, problem: str) -> None:
    said = address_problem(url)
    assert bool(said) == bool(problem)
    assert problem in said
    if problem:
        with pytest.raises(UsageError) as caught:
            Transport(url, "pat-x", system_clock)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("token", "named"),
    [
        ("pat-na1\nx", "line break"),
        ("pat-na1\r\nX-Evil: 1", "line break"),
        ("pat-\u2028x", "line break"),
        ("pat-nä1", "beyond ASCII"),
        ("\ufeffpat-na1", "beyond ASCII"),
        ("pat-\udcff", "beyond ASCII"),
        ("pat na1", "a space"),
        ("pat-\x00", "control character"),
        ("pat-\x7f", "control character"),
    ],
)
def test_a_token_that_cannot_be_one_is_named_and_not_shown(token: str, named: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        Transport(ELSEWHERE, token, system_clock)
    assert named in caught.value.what
    assert "pat" not in str(caught.value)


# Proxies


def pump(one: socket.socket, other: socket.socket) -> None:
    """Copy bytes both ways until one end closes."""

    def carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join(10)


def tunnel(port: int) -> Act:
    """Run a proxy that connects every CONNECT to this port."""

    def act(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as beyond:
            pump(connection, beyond)

    return act


@contextmanager
def socks_proxy(port: int) -> Iterator[int]:
    """Run a SOCKS proxy for one connection to this port; yield its own port."""

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.recv(256)
            connection.sendall(b"\x05\x00")
            connection.recv(256)
            connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            with socket.create_connection(("127.0.0.1", port)) as beyond:
                pump(connection, beyond)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


@pytest.fixture
def trusted(company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    file = tmp_path / "company.pem"
    company.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return company


@pytest.mark.parametrize("written", ["http://{}", "{}", "http://rita:p%40ss@{}/"])
def test_a_proxy_carries_the_request(
    trusted: trustme.CA, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raw_server(answer(), tls_of(trusted, "crm.example.test")) as server:
        port = int(server.url.rpartition(":")[2])
        with raw_server(tunnel(port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", written.format(proxy.url.removeprefix("http://")))
            assert ask(ELSEWHERE) == b"{}"
            assert proxy.asked == ["CONNECT crm.example.test:443 HTTP/1.1"]
        assert len(server.asked) == 1


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_carries_the_request(
    trusted: trustme.CA, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        raw_server(answer(), tls_of(trusted, "crm.example.test")) as server,
        socks_proxy(int(server.url.rpartition(":")[2])) as port,
    ):
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{port}")
        assert ask(ELSEWHERE) == b"{}"


def test_a_proxy_that_wants_a_login_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    page = answer(b"<html>", status="407 Proxy Authentication Required")
    with raw_server(page) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//rita:secret@"))
        with pytest.raises(Unreachable) as caught:
            ask(ELSEWHERE)
    assert "HTTPS_PROXY" in caught.value.what
    assert "407" in caught.value.what
    assert "secret" not in str(caught.value)
    assert caught.value.certain


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "socks5"):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:9")
        with pytest.raises(Unreachable, match=r"proxy of HTTPS_PROXY .*refuses the connection"):
            ask(ELSEWHERE)


@pytest.mark.parametrize(
    "value",
    [
        "http://proxy:abc",
        "http://proxy:99999",
        "http://proxy:0",
        "http://",
        "http://:3128",
        "http://[::1",
        "ftp://proxy",
        "socks4://proxy",
        "://",
        "proxy server:3128",
        "http://pröxy:3128",
        "http://rita:secret@proxy:abc",
        "http://pro\x1bxy",
    ],
)
@pytest.mark.parametrize("setting", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_setting_that_is_no_good_is_named(setting: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_proxy("crm.example", 443, {setting: value})
    assert setting in caught.value.what
    assert "secret" not in str(caught.value)


def test_a_socks_proxy_without_the_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(UsageError) as caught:
        find_proxy("crm.example", 443, {"HTTPS_PROXY": "socks5://127.0.0.1:1080"})
    assert "HTTPS_PROXY" in caught.value.what
    assert "sdrdesk[socks]" in caught.value.next_step


@pytest.mark.parametrize(
    ("listed", "excepted"),
    [
        ("*", True),
        ("crm.example", True),
        ("CRM.example:443", True),
        (".example", True),
        ("*.example", True),
        ("other, crm.example ,", True),
        ("example:443", True),
        ("rm.example", False),
        ("crm.example:8443", False),
        ("", False),
        (",,;;[::1]/99, http://[", False),
        ("\udcff,\x00", False),
        ("," * 10_000, False),
    ],
)
def test_exceptions_from_the_proxy(listed: str, excepted: bool) -> None:
    environ = {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": listed}
    assert (find_proxy("crm.example", 443, environ) is None) == excepted


def test_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://[")
    with raw_server(answer()) as server:
        assert ask(server.url) == b"{}"
