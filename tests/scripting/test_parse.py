from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.scripting.model import SectionKind
from sdrdesk.scripting.parse import MAX_BYTES, ScriptProblem, read_script
from tests.scripting.write import script

WHOLE = """
# A title of the author's own

## Opener
Hi {{ lead.first_name | default_to("there") }},
this is a line that goes on.

A second paragraph.

<!-- a note for
colleagues -->
## Reason for the call
You asked.

## Questions
Ask slowly.
- [budget] Who signs,
  and for how much?
- Anything else?
* [our_slot] Own words?

## Objections
Smile.
### No time
Then when?
### Too dear
Compared
with what?

## Voicemail
Beep.
## Gatekeeper
Please.
## Close
Thursday?
## E-mail
Subject: Hello

Text.

## Our own page
Notes.
"""


def test_a_whole_script(tmp_path: Path) -> None:
    path = script(tmp_path, "a/b", 'persona = "Owner"\nconversion = ["webinar", "trial"]', WHOLE)
    read = read_script(path, "team")
    assert (read.script_id, read.title, read.persona) == ("a/b", "a/b", ("Owner",))
    assert read.conversion == ("webinar", "trial")
    assert len(read.version) == 12
    assert read.reference == f"a/b@{read.version}"
    assert [section.kind for section in read.sections] == list(SectionKind)
    opener, _, questions, objections = read.sections[:4]
    assert opener.text.splitlines()[1] == "A second paragraph."
    assert "goes on." in opener.text.splitlines()[0]
    assert questions.text == "Ask slowly."
    assert [(q.slot, q.text) for q in questions.items] == [
        ("budget", "Who signs, and for how much?"),
        ("", "Anything else?"),
        ("our_slot", "Own words?"),
    ]
    assert [(o.key, o.text, o.answer) for o in objections.items] == [
        ("1", "No time", "Then when?"),
        ("2", "Too dear", "Compared with what?"),
    ]
    assert read.sections[-1].title == "Our own page"


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    path = script(tmp_path, "x", "", WHOLE)
    lines = path.read_text("utf-8").splitlines()
    for section in read_script(path, "team").sections:
        assert lines[section.line - 1] == f"## {section.title}"
        for item in section.items:
            assert item.text.split(",")[0] in lines[item.line - 1]


def test_the_version_changes_with_every_byte(tmp_path: Path) -> None:
    path = script(tmp_path, "x", "")
    before = read_script(path, "team").version
    path.write_bytes(path.read_bytes() + b"\n")
    assert read_script(path, "team").version != before


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b'\xef\xbb\xbf+++\r\nid = "x"\r\n+++\r\n## Opener\r\nHi.\r\n')
    assert read_script(path, "team").sections[0].text == "Hi."


def test_any_is_no_restriction(tmp_path: Path) -> None:
    path = script(tmp_path, "x", 'persona = "any"\nconversion = ["any"]')
    read = read_script(path, "team")
    assert (read.persona, read.conversion) == ((), ())


def test_the_tenth_objection_has_no_key(tmp_path: Path) -> None:
    cards = "".join(f"### O{n}\nA.\n" for n in range(11))
    read = read_script(script(tmp_path, "x", "", f"## Objections\n{cards}"), "team")
    assert [item.key for item in read.sections[0].items] == [*"123456789", "", ""]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "begin with"),
        ("# Hello", "begin with"),
        ('+++\nid = "x"\n', "second +++"),
        ("+++\nid = x\n+++\n", "not TOML"),
        ('+++\nid = "x"\nid = "y"\n+++\n', '"id" is in the file twice, first in line 2'),
        ("+++\n+++\n", "needs an id"),
        ('+++\nid = "Upper Case"\n+++\n', "needs an id"),
        ('+++\nid = "../etc"\n+++\n', "needs an id"),
        ('+++\nid = "x"\npersonna = "y"\n+++\n', "not a setting"),
        ('+++\nid = "x"\npersona = 3\n+++\n', "persona must be text"),
        ('+++\nid = "x"\npriority = true\n+++\n', "priority must be"),
        ('+++\nid = "x"\ntitle = 3\n+++\n', "title must be"),
        ('+++\nid = "x"\nconversion = "fax"\n+++\n', "not a conversion"),
    ],
)
def test_unreadable_files_are_named(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "x.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScriptProblem) as caught:
        read_script(path, "team")
    assert word in caught.value.problem
    assert caught.value.path == path


def test_binary_large_and_absent_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    for content, word in [(b"+++\n\xff\xfe", "UTF-8"), (b"+" * (MAX_BYTES + 1), "larger")]:
        path.write_bytes(content)
        with pytest.raises(ScriptProblem, match=word):
            read_script(path, "team")
    path.unlink()
    with pytest.raises(ScriptProblem, match="cannot be read"):
        read_script(path, "team")
