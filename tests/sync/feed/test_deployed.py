"""The feed as `contrib/feed` sets it up: TLS with a team's own authority, and files that parse."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import trustme

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.feed.rights import desk_rights, inbox_of, relay_rights, server_users
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.link import FeedServer, open_link
from tests.support.nats import nats_server
from tests.sync.feed.desks import beat, publish, station, wait
from tests.sync.feed.test_rights import KEYS

CONTRIB = Path(__file__).parents[3] / "contrib" / "feed"
NAMES = FeedNames.of("HubSpot 9")


def users() -> str:
    found = [(KEYS["relay"][1], relay_rights(NAMES))]
    found += [(KEYS[owner][1], desk_rights(NAMES, owner)) for owner in ("70001", "70002")]
    return server_users(found)


def certificates(folder: Path, ca: trustme.CA) -> str:
    """Write a certificate for this machine; return the server's block."""
    issued = ca.issue_cert("127.0.0.1", "localhost")
    issued.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    issued.private_key_pem.write_to_path(folder / "privkey.pem")
    return f'tls {{ cert_file: "{folder}/fullchain.pem", key_file: "{folder}/privkey.pem" }}\n'


@pytest.mark.long
def test_desks_speak_by_tls_with_their_own_rights_and_strangers_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, other = trustme.CA(), trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with nats_server(certificates(tmp_path, ca) + users()) as server:
        url, relay = f"tls://localhost:{server.port}", KEYS["relay"][0]
        publish(url, NAMES, [], relay)
        with (
            station(url, NAMES, "70001", seed=KEYS["70001"][0]) as ana,
            station(url, NAMES, "70002", seed=KEYS["70002"][0]) as ben,
        ):
            wait(lambda: ana.is_on and ben.is_on)
            publish(url, NAMES, [("70001", "11")], relay)
            beat(url, NAMES, seed=relay)
            wait(lambda: ana.ear.leads == {"11"} and ana.feed.alive)
            assert ana.feed.claim("512") is None
            ana.held["512"] = "call"
            assert ben.feed.claim("512") is not None
            assert ben.ear.leads == set()
        for bundle, seed, why in (
            ("other.pem", KEYS["70001"][0], "certificate of the feed's server is not trusted"),
            ("ca.pem", "", "does not know this desk's key"),
        ):
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / bundle))
            with pytest.raises(SdrDeskError, match=why):
                asyncio.run(open_link(FeedServer(url, seed), "x", inbox_of("70001")))


def test_the_servers_configuration_is_one_that_the_server_reads(tmp_path: Path) -> None:
    if shutil.which("nats-server") is None:
        pytest.skip("nats-server is not installed: its configuration is not tested")
    certificates(tmp_path, trustme.CA())
    text = (CONTRIB / "nats.conf").read_text()
    text = text.replace("/etc/nats/certs", str(tmp_path)).replace('"/data"', f'"{tmp_path}/data"')
    (tmp_path / "nats.conf").write_text(text)
    (tmp_path / "users.conf").write_text(users())
    command = ["nats-server", "-t", "-c", str(tmp_path / "nats.conf")]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "users.conf" in text


def test_the_proxys_configuration_is_one_that_nginx_reads(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed: its configuration is not tested")
    certificates(tmp_path, trustme.CA())
    text = (CONTRIB / "nginx.conf").read_text()
    text = text.replace("/etc/letsencrypt/live/feed.example.com", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{text} }}"
    )
    command = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "syntax is ok" in tried.stderr, tried.stderr


def test_the_unit_and_the_compose_file_start_commands_that_exist(tmp_path: Path) -> None:
    unit = (CONTRIB / "sdrdesk-relay.service").read_text()
    compose = (CONTRIB / "compose.yaml").read_text()
    for text in (unit, compose):
        assert "sdrdesk relay serve" in text
        for name in ("SDRDESK_FEED_URL", "SDRDESK_FEED_KEY", "SDRDESK_TOKEN"):
            assert name in text
    extras = tomllib.loads((CONTRIB.parents[1] / "pyproject.toml").read_text())
    assert "team" in extras["project"]["optional-dependencies"]
    if shutil.which("systemd-analyze") is None:
        return
    # The program is elsewhere on this machine; everything else is read as it is.
    unit = unit.replace("/opt/sdrdesk/bin/sdrdesk", "/bin/true").replace("EnvironmentFile=/", "#")
    (tmp_path / "sdrdesk-relay.service").write_text(unit)
    command = ["systemd-analyze", "verify", str(tmp_path / "sdrdesk-relay.service")]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "sdrdesk-relay.service" not in tried.stderr, tried.stderr
