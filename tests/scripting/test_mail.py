"""Follow-up e-mails in scripts: read before merged, found for the outcome, good enough to send."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.model import MAIL_AFTER, SectionKind
from sdrdesk.scripting.render import render
from tests.scripting.write import script as write

PERSONAS = {
    "Technical Builder", "Economic Buyer", "Operations Leader", "Marketing Leader", "People Leader",
    "Owner-Founder",
}  # fmt: skip
MAIL = "## E-mail after a voicemail\nsubject:Voice\n\nText.\nMore.\n\n- a\n- b"
SITUATIONS = ("demo_request", "webinar", "content_download", "reconversion", "no_show")


@pytest.fixture(scope="module")
def shipped() -> ScriptLibrary:
    return ScriptLibrary.load([])


def test_every_persona_has_mails_in_five_situations(shipped: ScriptLibrary) -> None:
    for one in shipped.scripts:
        mails = {s.after for s in one.sections if s.kind is SectionKind.EMAIL}
        wanted = {"no_show"} if "no_show" in one.conversion else {*MAIL_AFTER} - {"no_show"}
        assert mails == wanted, one.script_id
    have = {
        (persona, kind) for s in shipped.scripts for persona in s.persona for kind in s.conversion
    }
    known = {name for name, _ in have}
    assert known >= PERSONAS
    assert have >= {(name, kind) for name in known for kind in SITUATIONS}


@pytest.mark.parametrize(
    "lead",
    [
        Lead("1"),
        Lead("2", first_name="Ada [/x]\n## E-mail", company=Company("9", "Engines"),
             converted_on="E-book: {{ x }}: E-book download"),
    ],
)  # fmt: skip
def test_a_shipped_mail_has_no_gap_and_no_second_subject(
    shipped: ScriptLibrary, lead: Lead
) -> None:
    more = {"call": {}, "answer": {"need": "Subject: a cheaper one."}}
    for one in shipped.scripts:
        for section in render(one, lead, {"first_name": "Rita"}, more=more).sections:
            if section.kind is SectionKind.EMAIL:
                assert "?]" not in section.text + section.items[0].text
                assert "cannot be merged" not in section.text
                assert "\nSubject:" not in section.text


def test_a_more_general_script_steps_in_for_the_mail_that_a_closer_one_lacks(
    tmp_path: Path,
) -> None:
    close = 'persona = ["Buyer"]', "## E-mail after a talk\nSubject: Talk\n\nText."
    write(tmp_path, "close", *close)
    write(
        tmp_path,
        "wide",
        "",
        "## E-mail after a voicemail\nsubject:Voice\n\nText.\nMore.\n\n- a\n- b",
    )
    library = ScriptLibrary.load([tmp_path], shipped=False)
    lead = Lead("1", persona="Buyer")
    for after, subject in (("talk", "Talk"), ("voicemail", "Voice"), ("no_answer", "Talk")):
        found = library.mail(lead, after)
        assert found is not None
        assert found[1].items[0].text == subject
    wide = library.mail(lead, "voicemail")
    assert wide is not None
    assert wide[1].text == "Text. More.\n\n- a\n- b"
    assert library.mail(lead, "talk", template="nothing") is None


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("## E-mail\nNo subject here.", "no-subject"),
        ("## E-mail after lunch\nSubject: x\n\nText.", "unknown-mail"),
        ("## E-mail\nSubject: x", "empty-mail"),
        ("## E-mail\nSubject: " + "long " * 13 + "\n\nText.", "long-subject"),
        ("## E-mail\nSubject: x\n\n" + "word " * 131, "long-mail"),
        ("## E-mail\nSubject: x\n\n{{ call.mood }}", "unknown-field"),
        ("## E-mail\nSubject: x\n\n{{ answer.need }}", "no-fallback"),
        ("## Voicemail\n{{ call.note }}", "unknown-field"),
    ],
)
def test_the_linter_finds_what_makes_a_mail_unfit(tmp_path: Path, section: str, rule: str) -> None:
    write(tmp_path, "own", "", section)
    found = ScriptLibrary.load([tmp_path], shipped=False).lint()
    assert rule in {finding.rule for finding in found if finding.rule != "missing-section"}
