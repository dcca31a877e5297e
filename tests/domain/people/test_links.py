"""Links of a lead: only plain web links, whatever strangers wrote."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.people.links import as_web_link, links_of
from sdrdesk.domain.text.web_link import is_web_link

LEAD = Lead(
    "512",
    "Begoña",
    "Zúñiga",
    "b@acme.example",
    company=Company("9", "Acme & Söhne", "acme.example"),
)
CRM = "https://app.hubspot.com/contacts/48213377/record/0-1/{id}"


def test_the_crm_the_website_and_linkedin() -> None:
    crm, site, linkedin = links_of(LEAD, CRM)
    assert crm.url == "https://app.hubspot.com/contacts/48213377/record/0-1/512"
    assert (site.kind, site.url) == ("website", "https://acme.example")
    assert parse_qs(urlsplit(linkedin.url).query) == {"keywords": ["Begoña Zúñiga Acme & Söhne"]}


def test_the_links_that_the_crm_holds_come_first() -> None:
    lead = replace(LEAD, website="www.acme-labs.example/team", linkedin="linkedin.com/in/begona")
    _, site, linkedin = links_of(lead, CRM)
    assert site.url == "https://www.acme-labs.example/team"
    assert (linkedin.label, linkedin.url) == ("LinkedIn", "https://linkedin.com/in/begona")


@pytest.mark.parametrize("link", ["https://evil.example/in/b", "https://notlinkedin.com/in/b"])
def test_a_linkedin_page_is_on_linkedin(link: str) -> None:
    assert links_of(replace(LEAD, linkedin=link))[-1].label == "LinkedIn search"


def test_a_private_mailbox_has_no_website_and_an_unknown_crm_no_link() -> None:
    assert [link.kind for link in links_of(Lead("1", "Ana", email="ana@gmail.com"))] == ["linkedin"]
    assert links_of(Lead("1")) == ()


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "file:///etc/passwd", "https://acme.example@evil.example", "localhost",
     "https://[::1", "acme.example; rm -rf ~", "https://a b.example", "-", "x-man-page://ls"],
)  # fmt: skip
def test_what_is_no_plain_web_link_is_left_out(text: str) -> None:
    assert as_web_link(text) == ""


@given(st.text(), st.text(), st.text())
def test_every_link_is_a_web_link(domain: str, name: str, lead_id: str) -> None:
    lead = Lead(lead_id, name, email=f"x@{domain}", company=Company("1", name, domain))
    for link in links_of(lead, CRM):
        assert is_web_link(link.url)
        assert not link.url.startswith("-")
