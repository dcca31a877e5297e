from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.scripting.breath import WORDS_PER_SENTENCE, WORDS_PER_TURN, WORDS_PER_VOICEMAIL
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.model import LintFinding
from tests.scripting.write import library, script

PERSONAS = [
    "Technical Builder", "Economic Buyer", "Operations Leader", "Marketing Leader",
    "Owner-Founder", "People Leader",
]  # fmt: skip
SLOTS = ["budget", "authority", "need", "timing"]


def test_the_shipped_library_is_clean() -> None:
    assert ScriptLibrary.load([]).lint(personas=PERSONAS, slots=SLOTS) == []


def found(folder: Path, rule: str) -> list[LintFinding]:
    return [f for f in library(folder).lint(personas=PERSONAS, slots=SLOTS) if f.rule == rule]


@pytest.mark.parametrize(
    ("text", "rule", "word"),
    [
        ("{{ lead.fristname }}", "unknown-field", "lead.fristname"),
        ("{{ contact.name }}", "unknown-field", "contact.name"),
        ("{{ x }}", "unknown-field", "x"),
        ("{{ lead.first_name }}", "no-fallback", "lead.first_name"),
        ("{{ my.company }}", "no-fallback", "my.company"),
        ("{{ extra.plan }}", "no-fallback", "extra.plan"),
        ("{{ extra['plan'] }}", "no-fallback", "extra.plan"),
        ("{% if lead.city %}x{% else %}{{ lead.city }}{% endif %}", "no-fallback", "lead.city"),
        ("{{ lead.city if lead.company else 'x' }}", "no-fallback", "lead.city"),
        ("{{ lead.first_name | shout }}", "unreadable", "shout"),
        ("{{ lead.", "unreadable", "merged"),
        ("{% for x in lead %}{% endfor %}", "unreadable", "for"),
    ],
)
def test_bad_merge_fields_are_found(tmp_path: Path, text: str, rule: str, word: str) -> None:
    path = script(tmp_path, "x", "", f"## Opener\nHello.\n\n## Questions\n- One?\n- {text}\n")
    (finding,) = found(tmp_path, rule)
    assert word in finding.message
    assert finding.line == 10
    assert finding.path == str(path)
    assert finding.level == ("warning" if rule == "no-fallback" else "error")


@pytest.mark.parametrize(
    "text",
    [
        '{{ lead.first_name | default_to("there") }}',
        '{{ lead.message | short(20) | default_to("it") }}',
        "{% if lead.city %}in {{ lead.city }}{% endif %}",
        "{{ lead.city if lead.city else 'x' }}",
        "{{ lead.name }} {{ my.first_name }}",
        '{{ my.anything_of_ours | default_to("x") }}',
    ],
)
def test_good_merge_fields_pass(tmp_path: Path, text: str) -> None:
    script(tmp_path, "x", "", f"## Opener\n{text}\n")
    assert not found(tmp_path, "no-fallback")
    assert not found(tmp_path, "unknown-field")


@pytest.mark.parametrize(
    ("section", "words", "too_long"),
    [
        ("Opener", WORDS_PER_TURN, False),
        ("Opener", WORDS_PER_TURN + 1, True),
        ("Voicemail", WORDS_PER_VOICEMAIL, False),
        ("Voicemail", WORDS_PER_VOICEMAIL + 1, True),
    ],
)
def test_a_long_turn_is_found(tmp_path: Path, section: str, words: int, too_long: bool) -> None:
    text = " ".join(["word."] * words)
    script(tmp_path, "x", "", f"## {section}\n{text}\n")
    assert bool(found(tmp_path, "too-long")) is too_long


def test_a_long_sentence_is_found_and_a_merge_field_counts_two_words(tmp_path: Path) -> None:
    fits = " ".join(["word"] * (WORDS_PER_SENTENCE - 2)) + ' {{ lead.city | default_to("x") }}'
    script(tmp_path, "x", "", f"## Questions\n- {fits}?\n- one {fits}?\n")
    (finding,) = found(tmp_path, "too-long")
    assert finding.line == 7
    assert "29 words" in finding.message


def test_an_objection_itself_may_be_long(tmp_path: Path) -> None:
    long = " ".join(["word"] * 40)
    script(tmp_path, "x", "", f"## Objections\n### {long}\nI see.\n")
    assert not found(tmp_path, "too-long")


def test_unreachable_scripts_are_found(tmp_path: Path) -> None:
    script(tmp_path, "wide", 'persona = ["A", "B"]\npriority = 1')
    script(tmp_path, "narrow", 'persona = "a"')
    script(tmp_path, "other", 'persona = "C"')
    script(tmp_path, "deeper", 'persona = "a"\nconversion = "trial"')
    (finding,) = found(tmp_path, "unreachable")
    assert finding.script_id == "narrow"
    assert '"wide"' in finding.message


def test_two_files_with_one_id_are_found(tmp_path: Path) -> None:
    script(tmp_path, "x", "")
    (tmp_path / "y.md").write_text('+++\nid = "x"\n+++\n## Opener\nHi.\n', encoding="utf-8")
    (finding,) = found(tmp_path, "duplicate-id")
    assert finding.level == "error"


def test_personas_without_a_script_and_scripts_without_a_persona(tmp_path: Path) -> None:
    script(tmp_path, "x", 'persona = "Astronaut"')
    script(tmp_path, "y", 'persona = "owner / founder"')
    assert [f.message.split('"')[1] for f in found(tmp_path, "persona-without-script")] == [
        label for label in PERSONAS if label != "Owner-Founder"
    ]
    (finding,) = found(tmp_path, "unknown-persona")
    assert "Astronaut" in finding.message


def test_missing_sections_unknown_slots_and_a_tenth_objection(tmp_path: Path) -> None:
    cards = "".join(f"### O{n}\nA.\n" for n in range(10))
    script(tmp_path, "x", "", f"## Questions\n- [champion] Who?\n## Objections\n{cards}")
    missing = {f.message.split()[-1] for f in found(tmp_path, "missing-section")}
    assert missing == {"opener", "reason", "voicemail", "gatekeeper", "close"}
    assert "[champion]" in found(tmp_path, "unknown-slot")[0].message
    assert found(tmp_path, "too-many")


def test_errors_come_first(tmp_path: Path) -> None:
    script(tmp_path, "a", "", "## Opener\n{{ lead.first_name }}\n")
    script(tmp_path, "z", "", "## Opener\n{{ lead.nope }}\n")
    levels = [f.level for f in library(tmp_path).lint()]
    assert levels == sorted(levels)
    assert levels[0] == "error"
