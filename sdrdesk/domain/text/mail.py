"""An e-mail for the rep's own mail program: as a ``mailto:`` link, and as a message file.

Nothing here sends. The address comes from a stranger's form, so one that is not plainly an address
is refused: it could add recipients or headers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from urllib.parse import quote

from sdrdesk.domain.text.plain_text import clean_all, one_line

LINK = "{mailto}"
FILE = "{file}"
"""Placeholders of a configured command."""
LONGEST_LINK: Final = 2_000
"""Characters of a link that every system hands on; Windows cuts longer ones."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")


def plain_address(text: str) -> str:
    """Return an e-mail address without a name, ``""`` for anything else (or an IDN address)."""
    found = text.strip()
    domain = found.rpartition("@")[2]
    return found if _ADDRESS.fullmatch(found) and "." in domain and ".." not in found else ""


def mailto_link(address: str, subject: str, body: str) -> str:
    """Return the link that opens an e-mail with subject and text, ``""`` when it would be too long.

    Raises:
        ValueError: ``address`` does not come from ``plain_address``.
    """
    if not address or plain_address(address) != address:
        raise ValueError("not an e-mail address")
    text = clean_all(body).replace("\n", "\r\n")
    parts = {"subject": one_line(subject, limit=300), "body": text}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items())
    link = f"mailto:{quote(address, safe='@')}?{query}"
    return link if len(link) <= LONGEST_LINK else ""


def message_file(address: str, subject: str, body: str) -> bytes:
    """Return an ``.eml`` file that mail programs open as a draft (``X-Unsent``).

    Raises:
        ValueError: ``address`` does not come from ``plain_address``.
    """
    if not address or plain_address(address) != address:
        raise ValueError("not an e-mail address")
    message = EmailMessage(policy=SMTP)
    message["To"] = address
    message["Subject"] = one_line(subject, limit=300)
    message["X-Unsent"] = "1"
    message.set_content(clean_all(body).strip() + "\n")
    return message.as_bytes()


def command_for_mail(template: Sequence[str], *, link: str, file: str) -> tuple[str, ...]:
    """Return the arguments that open an e-mail, inserted literally; no shell reads them."""
    return tuple(part.replace(LINK, link).replace(FILE, file) for part in template)


def mail_command_problem(template: Sequence[str]) -> str:
    """Return the problem with a mail command, ``""`` for none."""
    if not template or not template[0].strip():
        return 'must name a program and its arguments, such as ["thunderbird", "{file}"]'
    if LINK in template[0] or FILE in template[0]:
        return "must begin with the program; {mailto} and {file} are for its arguments"
    if not any(mark in part for mark in (LINK, FILE) for part in template[1:]):
        return "must hold {mailto} or {file} in one of its arguments"
    return ""
