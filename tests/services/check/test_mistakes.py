"""Each mistake is found once, with its file and line, and says what to write."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.domain.check.account import (
    AccountField,
    AccountOption,
    AccountOwner,
    AccountView,
    LeadCounts,
    account_of_json,
)
from sdrdesk.rulebook import shipped_path
from sdrdesk.services.check.folder import check_folder
from tests.services.check.mistakes import MISTAKES, WRONG_FILES, Mistake, WrongFile

STATUSES = {
    "NEW": "New", "OPEN": "Open", "IN_PROGRESS": "In progress", "OPEN_DEAL": "Open deal",
    "UNQUALIFIED": "Unqualified", "ATTEMPTED_TO_CONTACT": "Attempted to contact",
    "CONNECTED": "Connected", "BAD_TIMING": "Bad timing",
}  # fmt: skip
STAGES = {
    "subscriber": "Subscriber", "lead": "Lead", "marketingqualifiedlead": "MQL",
    "salesqualifiedlead": "SQL", "opportunity": "Opportunity", "customer": "Customer",
    "evangelist": "Evangelist", "other": "Other",
}  # fmt: skip
OUTCOMES = {
    "o-busy": "Busy", "o-conn": "Connected", "o-live": "Left live message",
    "o-mail": "Left voicemail", "o-none": "No answer", "o-wrong": "Wrong number",
}  # fmt: skip
PERSONAS = (
    "Technical Builder", "Economic Buyer", "Operations Leader", "Marketing Leader",
    "Owner-Founder", "People Leader",
)  # fmt: skip


def options(known: dict[str, str]) -> tuple[AccountOption, ...]:
    return tuple(AccountOption(value, label) for value, label in known.items())


ACCOUNT = AccountView(
    name="HubSpot 1",
    options={
        "status": (*options(STATUSES), AccountOption("OLD", "Old", hidden=True)),
        "lifecycle": options(STAGES),
        "outcome": options(OUTCOMES),
        "persona": options({f"p{n}": label for n, label in enumerate(PERSONAS)}),
    },
    owners=(
        AccountOwner("1", "rita@x.example", "Rita"),
        AccountOwner("2", "ben@x.example", "Ben", archived=True),
    ),
    lists=("Nurture", "Fair"),
    fields=(AccountField("dnc", "Do not call", (), is_boolean=True),),
    do_not_call_fields=("dnc",),
    number_fields=(AccountField("telefon_buero", "Telefon Büro"),),
    properties={
        "lead": (
            AccountField("telefon_buero", "Telefon Büro", kind="text"),
            AccountField("utm_source", "UTM source", kind="text"),
            AccountField("sdr_status", "SDR status", kind="choice"),
            AccountField("last_form_at", "Last form", kind="date"),
        ),
        "company": (AccountField("seats", "Seats", kind="number"),),
    },
    leads=LeadCounts(100, 5, 5, {"language": {"de": 50, "en": 50}}),
)


def test_a_snapshot_keeps_all_of_the_account() -> None:
    assert account_of_json(json.loads(json.dumps(ACCOUNT.to_json()))) == ACCOUNT


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    put(tmp_path, "config.toml", '[crm]\ndo_not_call = "dnc"\n')
    return tmp_path


@pytest.fixture
def quick(kept: Path) -> Path:
    """Without the scripts that ship: they take most of the time of a check."""
    put(kept, "scripts/library.toml", "shipped = false\n")
    return kept


def test_the_shipped_files_and_an_account_that_fits_are_clean(kept: Path) -> None:
    for name in ("dispositions", "rules", "sla", "retry", "views", "windows", "qualification"):
        put(kept, f"{name}.toml", shipped_path(f"{name}.toml").read_text(encoding="utf-8"))
    found = check_folder(kept, ACCOUNT)
    assert [f.words for f in found.findings] == []
    assert found.clean


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({(m.file, m.old, m.new) for m in MISTAKES}) == len(MISTAKES) > 110


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.file}: {m.new}")
def test_a_mistake_is_told_once_with_file_and_line(quick: Path, mistake: Mistake) -> None:
    text = shipped_path(mistake.file).read_text(encoding="utf-8")
    assert mistake.old in text, "the shipped file changed: correct the table"
    put(quick, mistake.file, text.replace(mistake.old, mistake.new, 1))
    found = [f for f in check_folder(quick, ACCOUNT).findings if f.level != "note"]
    told = [f for f in found if mistake.said in f.words]
    assert len(told) == 1, [f.words for f in found]
    place = told[0].places[0]
    assert (place.file, place.shipped) == (mistake.file, False)
    if mistake.at or "carries no flag" not in mistake.said:
        begin = text.index(mistake.old) + mistake.new.index(mistake.at)
        assert place.line == text.replace(mistake.old, mistake.new, 1)[:begin].count("\n") + 1
    assert place.line > 0


@pytest.mark.parametrize("wrong", WRONG_FILES, ids=lambda w: f"{w.file}: {w.said}")
def test_a_mistake_in_a_file_of_the_teams_own_is_told_with_its_line(
    quick: Path, wrong: WrongFile
) -> None:
    put(quick, wrong.file, wrong.text)
    found = [f for f in check_folder(quick, ACCOUNT).findings if f.level != "note"]
    told = [f.places[0] for f in found if wrong.said in f.words and f.places]
    assert [(p.file, p.line) for p in told] == [(wrong.file, wrong.line)], [f.words for f in found]


def test_facts_of_the_account_are_told_once_with_what_to_write(kept: Path) -> None:
    put(kept, "dispositions.toml", shipped("dispositions").replace("UNQUALIFIED", "DISQUALIFIED"))
    put(kept, "rules.toml", shipped("rules").replace("UNQUALIFIED", "DISQUALIFIED"))
    leads = LeadCounts(
        100, 50, 40, {"persona": {"p0": 3, "gone": 7}, "status": {"PARKED": 9}, "language": {}}
    )
    account = replace(
        ACCOUNT,
        options={
            **ACCOUNT.options,
            "status": (*ACCOUNT.options["status"], AccountOption("PARKED", "Geparkt")),
            "lifecycle": (*ACCOUNT.options["lifecycle"], AccountOption("4711", "Pilot")),
        },
        missing_scopes=("crm.lists.read", "crm.schemas.contacts.read"),
        leads=leads,
    )
    found = {f.fact: f for f in check_folder(kept, account).findings}
    missing = found["status", "DISQUALIFIED"]
    assert {place.file for place in missing.places} == {"dispositions.toml", "rules.toml"}
    assert len(missing.places) == 4, "three outcomes and one rule, one fact"
    assert 'Write "UNQUALIFIED"?' in missing.fix
    assert (
        "(Geparkt): its leads (9 on this machine)" in found["unmentioned", "status", "PARKED"].words
    )
    assert found["unmentioned", "lifecycle", "4711"].level == "warning"
    assert "unassigned = true" in found["unowned",].fix
    assert "telefon_buero (Telefon Büro)" in found["numbers",].fix
    assert 'numbers = ["phone", "mobilephone", "telefon_buero"]' in found["numbers",].fix
    assert 'the persona "gone"' in found["persona value", "gone"].message
    assert ("persona value", "p0") not in found
    assert "crm.lists.read, crm.schemas.contacts.read" in found["scopes",].message


def test_a_field_of_statuses_without_options_is_one_error(kept: Path) -> None:
    account = replace(ACCOUNT, options={**ACCOUNT.options, "status": ()})
    errors = [f for f in check_folder(kept, account).findings if f.level == "error"]
    assert [f.fact for f in errors] == [("no options", "status")]
    assert {place.file for place in errors[0].places} == {"dispositions.toml", "rules.toml"}
    assert "[fields] status = …" in errors[0].fix


def test_do_not_call_on_a_field_with_options_demands_one_of_them(kept: Path) -> None:
    field = AccountField("sperre", "Anrufsperre", (("j", "Ja"), ("n", "Nein")))
    account = replace(ACCOUNT, fields=(field,), do_not_call_fields=("sperre",))
    said = {
        "sperre": 'Write one of "sperre=j" (Ja), "sperre=n" (Nein)',
        "sperre=Ja": 'Write "sperre=j"',
        "sperre=x": 'has no option "x"',
        "sper": 'Write "sperre"?',
        "": "the account has sperre=j or sperre=n",
    }
    for chosen, words in said.items():
        put(kept, "config.toml", f'[crm]\ndo_not_call = "{chosen}"\n')
        (found,) = [f for f in check_folder(kept, account).findings if f.level == "error"]
        assert words in found.words
        assert found.places[0].line == 2
    put(kept, "config.toml", '[crm]\ndo_not_call = "sperre=j"\n')
    assert check_folder(kept, account).clean


def test_what_one_desk_sets_and_the_team_does_not_is_told(kept: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    put(team, "crm.toml", 'qualified_stage = "opportunity"\n')
    found = {f.fact: f for f in check_folder((team, kept), ACCOUNT).findings}
    assert 'Write do_not_call = "dnc" in crm.toml' in found["two choices", "do_not_call"].fix


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("disposition.toml", "Rename it to dispositions.toml"),
        ("rules/sla.toml", "Move it to sla.toml"),
        ("scripts/rules.toml", "Move it to rules.toml"),
        ("scripts/demo.txt", "Move it to scripts/demo.md"),
        ("demo.md", "Move it to scripts/demo.md"),
        ("prices.toml", "Files that are read: "),
    ],
)
def test_a_file_that_nobody_reads_is_pointed_out(kept: Path, name: str, said: str) -> None:
    put(kept, name, "+++\nid = 'x'\n+++\n")
    (found,) = check_folder(kept, ACCOUNT).findings
    assert found.places[0].file == name
    assert said in found.words


def test_a_dangling_link_is_an_error(kept: Path) -> None:
    (kept / "sla.toml").symlink_to(kept / "nowhere.toml")
    (found,) = check_folder(kept, ACCOUNT).findings
    assert "broken link" in found.message


def test_a_script_tells_its_file_and_line(kept: Path) -> None:
    body = "\n## Opener\nHi {{ lead.nam }}\n"
    put(kept, "scripts/a.md", "+++\nid = 'a'\npersonna = 'x'\n+++\n" + body)
    put(kept, "scripts/b.md", "+++\nid = 'b'\nconversion = 'demo'\n+++\n" + body)
    put(
        kept,
        "scripts/c.md",
        "+++\nid = 'c'\nstage = 'pilot'\npersona = 'HR'\nlanguage = 'pl'\n+++\n",
    )
    put(
        kept,
        "scripts/d.md",
        "+++\nid = 'd'\n+++\n" + body + "\n## Questions\n- [budgt] How much?\n",
    )
    found = [f for f in check_folder(kept, ACCOUNT).findings if f.level != "note"]
    told = {(f.places[0].file, f.places[0].line): f.words for f in found if f.places}
    assert "did you mean 'persona'?" in told["scripts/a.md", 3]
    assert "is not a conversion" in told["scripts/b.md", 3]
    assert 'no lifecycle stage "pilot"' in told["scripts/c.md", 3]
    assert 'no persona "HR"' in told["scripts/c.md", 4]
    assert 'no lead on this machine has the language "pl"' in told["scripts/c.md", 5]
    assert "lead.nam" in told["scripts/d.md", 5]
    assert "[budgt]" in told["scripts/d.md", 9]


def shipped(name: str) -> str:
    return shipped_path(f"{name}.toml").read_text(encoding="utf-8")


def test_a_status_named_by_its_label_or_in_a_broken_file_is_not_unmentioned_too(kept: Path) -> None:
    put(kept, "rules.toml", shipped("rules").replace('"UNQUALIFIED"', '"Unqualified"'))
    outcomes = shipped("dispositions").replace('lead_status = "UNQUALIFIED"', "")
    put(kept, "dispositions.toml", outcomes)
    kinds = [f.fact[0] for f in check_folder(kept, ACCOUNT).findings]
    assert kinds == ["status"]
    put(kept, "dispositions.toml", outcomes.replace('hotkey = "b"', 'hotkey = "t"'))
    kinds = [f.fact[0] for f in check_folder(kept, ACCOUNT).findings]
    assert sorted(kinds) == ["file", "status"]


PROPERTIES = {
    "fit.toml": (
        'base = 50\nfree_mail = []\n[[rule]]\nname = "a"\npoints = 5\ntext = "x"\n'
        'field = "property:utm_sorce"\nany = ["ads"]\n'
        '[[rule]]\nname = "b"\npoints = 5\ntext = "y"\nall = [\n'
        '  { field = "property:utm_source", any = ["ads"] },\n'
        '  { not = { field = "company:seat", low = 5 } },\n]\n',
        {7: 'no field "utm_sorce" of leads. Did you mean "utm_source"?',
         15: 'no field "seat" of companies. Did you mean "seats"?'},
    ),
    "personas.toml": (
        '[[persona]]\nlabel = "Economic Buyer"\ntitle = ["cfo"]\n'
        'when = { field = "property:UTM source", any = ["ads"] }\n',
        {4: "after the colon comes the CRM's own name"},
    ),
    "views.toml": (
        '[view.ads]\ntext = "Ads"\n"property:utm" = ["google"]\n',
        {3: 'no field "utm" of leads'},
    ),
    "crm.toml": (
        'do_not_call = "dnc"\n[fields]\nnumbers = ["direct_dial", "telefon_buero"]\n'
        'status = "sdr_statut"\npersona = "utm_source"\nconversion_date = "sdr_status"\n'
        'also = ["company:seat", "utm_source"]\n',
        {3: 'no field "direct_dial" of leads',
         4: 'Did you mean "sdr_status"?',
         5: "(UTM source) is a text field; persona needs a choice",
         6: "(SDR status) is a choice field; conversion_date needs a date",
         7: 'no field "seat" of companies'},
    ),
    "scripts/a.md": (
        "+++\nid = 'a'\n+++\n\n## Opener\nHi\n\n"
        '## Reason\nYou came by {{ extra.utm_sorce | default_to("us") }}.\n',
        {8: 'extra.utm_sorce is always empty: no file names this field'},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_that_the_account_does_not_have_is_told(quick: Path, name: str) -> None:
    text, wanted = PROPERTIES[name]
    put(quick, name, text)
    found = [f for f in check_folder(quick, ACCOUNT).findings if f.places[:1]]
    told = {f.places[0].line: f.words for f in found if f.places[0].file == name}
    for line, words in wanted.items():
        assert words in told.get(line, ""), told


def test_properties_that_were_not_read_are_told_only_where_a_file_names_one(quick: Path) -> None:
    blind = replace(ACCOUNT, properties={}, not_read={"fields of companies": "no scope for it"})
    assert check_folder(quick, blind).clean
    put(quick, "crm.toml", '[fields]\nalso = ["company:seats", "utm_source"]\n')
    unread = check_folder(quick, blind).not_looked_at
    assert unread["fields of companies"] == "no scope for it"
    assert "setup --snapshot" in unread["fields of contacts"]


def test_a_renamed_option_or_list_is_told_with_its_new_name(quick: Path) -> None:
    outcomes = shipped("dispositions").replace('# list_name = "Nurture" ', 'list_name = "Nurture" ')
    put(quick, "dispositions.toml", outcomes)
    account = replace(
        ACCOUNT,
        options={
            **ACCOUNT.options,
            "outcome": options(OUTCOMES | {"o-busy": "Besetzt"}),
            "persona": options(
                {f"p{n}": (n and label) or "Technik" for n, label in enumerate(PERSONAS)}
            ),
        },
        lists=("Pflege", "Fair"),
        renamed={
            "outcome": {"busy": "Besetzt"},
            "persona": {"technical builder": "Technik"},
            "list": {"nurture": "Pflege"},
        },
    )
    found = {f.fact: f for f in check_folder(quick, account).findings}
    assert [fact for fact, f in found.items() if f.level == "error"] == []
    assert found["outcome", "Busy"].level == found["list", "Nurture"].level == "warning"
    assert found["outcome", "Busy"].fix == 'Write crm_outcome = "Besetzt"'
    assert found["list", "Nurture"].fix == 'Write list_name = "Pflege"'
    assert found["list", "Nurture"].places[0].line > 0
    assert 'is called "Technik"' in found["persona", "Technical Builder"].message
    assert account_of_json(json.loads(json.dumps(account.to_json()))) == account


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("[[step]]\ndo = 'fax'\n", "fax", 2),
        ("[[step]]\ndo = 'call'\n[end]\ndo = 'forget'\n", "forget", 4),
        ("[[step]]\ndo = 'email'\ntemplate = 'no-such'\n", 'no script "no-such"', 3),
        ("[[step]]\ndo = 'call'\nwhen = { persona = ['Pirate'] }\n", "Pirate", 3),
        ("[[step]]\ndo = 'call'\nwhen = { outcome = ['bussy'] }\n", "bussy", 3),
        ("[[step]]\ndo = 'call'\n" * 7, "plans 7 calls", 1),
    ],
)
def test_a_mistake_in_a_cadence_is_told_with_file_and_line(
    quick: Path, text: str, said: str, line: int
) -> None:
    put(quick, "cadences/own.toml", text)
    told = [f for f in check_folder(quick, ACCOUNT).findings if said in f.words]
    assert [(f.places[0].file, f.places[0].line) for f in told] == [("cadences/own.toml", line)]
