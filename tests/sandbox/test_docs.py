"""The requests in docs/sandbox.md are answered as the page says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import httpx

from tests.support.sandbox import Sandbox

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")


def sent(line: str, crm: Sandbox) -> httpx.Response:
    """Send what a line of curl would."""
    line = line.replace("http://127.0.0.1:8642", crm.url).replace("$URL", crm.url)
    words = shlex.split(line.replace("$CONTROL", crm.control_token))[1:]
    headers, body, url = {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        else:
            url = word
    return httpx.request("POST" if body else "GET", url, headers=headers, content=body)


def test_every_curl_of_the_page_is_answered(crm: Sandbox) -> None:
    lines = re.findall(r"^curl .*$", PAGE, re.M)
    assert len(lines) >= 2
    for line in lines:
        assert "?" not in re.sub(r"'[^']*'|\"[^\"]*\"", "", line), "a shell would look for files"
        answer = sent(line, crm)
        assert answer.status_code == 200, (line, answer.text)


def test_every_fault_of_the_page_is_accepted(crm: Sandbox) -> None:
    block = PAGE.split("### Faults")[1].split("```json\n")[1].split("```")[0]
    for line in block.strip().splitlines():
        crm.control("faults", json.loads(line))
