"""An e-mail for the mail program: no address or text adds a recipient, a header or an argument."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.text.mail import (
    command_for_mail,
    mail_command_problem,
    mailto_link,
    message_file,
    plain_address,
)


@pytest.mark.parametrize(
    "text",
    ["", "a@b", "a@x.example?cc=b@x.example", "a@x.example,b@x.example", "A <a@x.example>",
     "a@x.example\nBcc: b@x.example", "a b@x.example", "a@x..example", "-@", "a@-x.example"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    assert plain_address(text) == ""
    with pytest.raises(ValueError, match="address"):
        mailto_link(text or "?", "Hi", "there")


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=200))
def test_subject_and_text_come_out_as_they_went_in(subject: str, body: str) -> None:
    link = mailto_link("ada+x@engines.example", subject, body)
    if link:
        parts = urlsplit(link)
        assert unquote(parts.path) == "ada+x@engines.example"
        assert set(parse_qs(parts.query)) <= {"subject", "body"}
    message = message_from_bytes(message_file("ada@engines.example", subject, body), policy=default)
    assert set(message.keys()) <= {
        "To", "Subject", "X-Unsent", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert message["To"] == "ada@engines.example"


def test_a_long_text_makes_no_link() -> None:
    assert mailto_link("a@x.example", "Hi", "word " * 500) == ""


def test_a_command_gets_link_or_file_as_one_argument() -> None:
    link = mailto_link("a@x.example", "Hi; rm -rf /", '$(id) "quoted"')
    made = command_for_mail(["mailer", "--to={mailto}", "{file}"], link=link, file="/tmp/x y.eml")
    assert made == ("mailer", f"--to={link}", "/tmp/x y.eml")
    assert mail_command_problem(["mailer", "{file}"]) == ""
    for wrong in ([], ["{file}"], ["mailer"], ["mailer {file}"]):
        assert mail_command_problem(wrong)
