"""Mistakes that people make in a team's files: an edit of the shipped file, and the message.

The line is where the new text stands in the file.
"""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """One edit of a shipped file."""

    file: str
    old: str
    new: str
    said: str
    at: str = ""
    """A piece of ``new`` whose line is told; ``""`` its first line."""


def _edits(file: str, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Mistake]:
    return [Mistake(file, *row) for row in rows]


MISTAKES = [
    *_edits(
        "dispositions.toml",
        ('label = "Busy"', 'lable = "Busy"', "did you mean 'label'?"),
        ('label = "Busy"', 'label = ""', "must not be empty"),
        ('label = "Busy"', "label = 3", "must be text, not a number"),
        ('label = "Busy"', 'label = "No answer"', "same label as no_answer"),
        ('hotkey = "b"', 'hotkey = "a"', "already records no_answer"),
        ('hotkey = "b"', 'hotkey = "t"', "says that someone picked up in a call"),
        ('hotkey = "b"', 'hotkey = "1"', "opens an objection in a call"),
        ('hotkey = "b"', 'hotkey = "n"', "in a call; choose another key"),
        ('hotkey = "b"', 'hotkey = "f"', "fills the qualification slots"),
        ('hotkey = "b"', 'hotkey = "bb"', "must be one character"),
        ('crm_outcome = "Busy"', 'crm_outcome = "Bussy"', 'Write "Busy"?'),
        ('crm_outcome = "Busy"', 'crm_outcome = "busy"', "writes the call outcome"),
        ('crm_outcome = "Busy"', 'crm_outcome = "o-busy"', "is the value of Busy"),
        ('color = "secondary"', 'color = "blue"', "'blue' is not known"),
        ('flags = ["attempt", "voicemail"]', 'flags = ["atempt"]', "did you mean 'attempt'?"),
        ('flags = ["attempt", "voicemail"]', "flags = []", "carries no flag", ""),
        ('flags = ["attempt", "voicemail"]', 'flags = "attempt"', "must be a list of texts"),
        ('lead_status = "IN_PROGRESS"', 'lead_status = "In progress"', "label of IN_PROGRESS"),
        ('lead_status = "IN_PROGRESS"', 'lead_status = "WORKING"', 'no lead status "WORKING"'),
        ('lead_status = "IN_PROGRESS"', 'lead_status = "OLD"', "is hidden at the account"),
        (
            'only_from = ["", "NEW", "OPEN", "ATTEMPTED_TO_CONTACT"] #',
            'only_from = ["", "NEU"] #',
            'no lead status "NEU"',
        ),
        (
            'lead_status = "IN_PROGRESS"',
            'only_from = ["NEW"]',
            "says which status to replace but not by what",
        ),
        ('retry = "busy"', 'retry = "buzy"', 'retry.toml has no rule "buzy"'),
        ('retry = "busy"', 'retries = "busy"', "did you mean 'retry'?"),
        ('requires = ["callback_at"]', 'requires = ["callback"]', "did you mean 'callback_at'?"),
        ('requires = ["callback_at"]', "requires = []", "a callback needs callback_at"),
        ('requires = ["meeting_at"]', "requires = []", "a meeting needs meeting_at"),
        ("priority = 10", "priority = 100", "must be between 0 and 99"),
        ("priority = 10", 'priority = "high"', "must be a whole number, not text"),
        ("priority = 10", "priority = 10\npriority = 11", '"priority" is in the file', "= 11"),
        ("[disposition.busy]", "[disposition.Busy]", "lower-case letters"),
        ("[disposition.busy]", "[disposition.busy", "Expected ']'"),
        ("[disposition.busy]", "[disposition.no_answer]", '"disposition.no_answer" is in'),
        ('lifecycle = "qualified"', 'lifecycle = "sql"', "'sql' is not known"),
        ('note = "handoff"', 'note = "hand-off"', "did you mean 'handoff'?"),
        ('follow_up = "callback_task"', 'follow_up = "task"', "'task' is not known"),
        ('# list_name = "Nurture" ', 'list_name = "Nurtur" ', 'no static list "Nurtur"'),
        ('no_budget = "No budget"', 'No_budget = "No budget"', "a reason's key is"),
        ('"final", "without_call"]', '"final", "without_call"]\nretry = "busy"',
         "a final outcome cannot have a next try", 'retry = "busy"'),
        ('flags = ["reached", "intended_person", "do_not_call", "final"]',
         'flags = ["intended_person", "final"]', "intended_person without reached"),
    ),
    *_edits(
        "rules.toml",
        ("unassigned = false", "unasigned = false", "did you mean 'unassigned'?"),
        ("unassigned = false", 'unassigned = "no"', "must be true or false, not text"),
        ("unassigned = false", "unassigned = False", "Invalid value"),
        ('"opportunity", "customer"', '"Opportunity", "customer"', "label of opportunity"),
        ('"opportunity", "customer"', '"deal", "customer"', 'no lifecycle stage "deal"'),
        ('closed = ["UNQUALIFIED"', 'closed = ["unqualified"', "writes the lead status"),
        ('closed = ["UNQUALIFIED"', 'closed = [1, "UNQUALIFIED"', "must be text, not a number"),
        ('until_conversion = ["BAD_TIMING"]', 'until_conversion = "BAD_TIMING"', "a list of texts"),
        ('until_conversion = ["BAD_TIMING"]', 'until_conversion = ["LATER"]', '"LATER"'),
        ("minutes = 60", "minutes = -5", "must be between 0 and 10080"),
        ("minutes = 60", "minute = 60", "did you mean 'minutes'?"),
        ("[colleague]", "[coleague]", "did you mean 'colleague'?"),
        ("days = 3", "days = 0", "must be between"),
        ("[owner]", "<<<<<<< HEAD\n[owner]", "git left a conflict", "<<<<<<<"),
        ("[owner]", "\ufeff[owner]", "byte order mark"),
    ),
    *_edits(
        "sla.toml",
        ("first_attempt_min = 5", "first_attempt = 5", "did you mean 'first_attempt_min'?"),
        ("first_attempt_min = 5", "first_attempt_min = 0", "must be between"),
        ("at_risk_min = 2.5", "at_risk_min = 30", "longer than first_attempt_min"),
        ('time_zone = ""', 'time_zone = "Europe/Munich"', "is not a time zone"),
        ('holidays = ""', 'holidays = "DE-BX"', "Germany has no state 'BX'"),
        ('holidays = ""', 'holidays = "XX"', "no holidays of 'XX' are known"),
        ('mon-fri = "08:00-18:00"', 'mon-fri = "8-18"', "HH:MM-HH:MM"),
        ('mon-fri = "08:00-18:00"', 'mo-fr = "08:00-18:00"', 'must be a day ("mon")'),
        ('mon-fri = "08:00-18:00"', 'mon-fri = "18:00-08:00"', "must end after it starts"),
        ('[hours]\nmon-fri = "08:00-18:00"', '[hours]\nmon-fri = "closed"', "every day is closed"),
        ("in_time_percent = 90", "in_time_percent = 0.9", "0.9 per cent"),
        ("in_time_percent = 90", "in_time_percent = 190", "must be between 0 and 100"),
        ("qualify_high = 15", "qualify_high = 5", "is below qualify_low"),
        ('fields = ["email"', 'fields = ["mail"', "'mail' is none of"),
        ('sql = "salesqualifiedlead"', 'sql = "sql"', '"sql" as salesqualifiedlead'),
        ('sql = "salesqualifiedlead"', 'sal = "x"', "did you mean"),
        ("[rep_time_zones]", '[rep_time_zones]\n"eva@x.example" = "Europe/Rome"',
         'no owner "eva@x.example"', "eva@"),
        ("[rep_time_zones]", '[rep_time_zones]\n"ben@x.example" = "Europe/Rome"',
         "has left the account", "ben@"),
        ("[rep_time_zones]", '[rep_time_zones]\n"rita@x.example" = "Europe/Bonn"',
         "is not a time zone", "rita@"),
        ("conversation_s = 60", 'conversation_s = "60"', "must be a whole number"),
        ("[rep_time_zones]", "[team.bavria]\nfirst_attempt_min = 9\n[rep_time_zones]",
         'no team "bavria" in team.toml', "[team.bavria]"),
        ("[rep_time_zones]", '[owner."eva@x.example"]\nat_risk_min = 1\n[rep_time_zones]',
         'no owner "eva@x.example"', '[owner."eva@x.example"]'),
    ),
    *_edits(
        "retry.toml",
        ("max_attempts = 6", "max_atempts = 6", "did you mean 'max_attempts'?"),
        ("max_attempts = 6", "max_attempts = 0", "must be between 1 and 100"),
        ('delays = ["45m", "60m"', 'delays = ["45", "60m"', 'such as "45m"'),
        ('delays = ["45m", "60m", "5d", "9d", "1d"]', "delays = []", "at least one delay"),
        ("[outcome.busy]", "[outcome.engaged]", 'no outcome has retry = "engaged"'),
        ("most = 2", "most = true", "must be a whole number"),
    ),
    *_edits(
        "views.toml",
        ('[view.hot]', '[view.new]', "is the name of a built-in view"),
        ('converted_within = "2h"', 'converted_within = "2 hours"', 'such as "45m"'),
        ("fit_min = 80", 'persona = ["Builder"]', 'no persona "Builder"'),
        ("fit_min = 80", 'owner = ["eva"]', 'no owner "eva"'),
        ("fit_min = 80", 'status = ["Open"]', "label of OPEN"),
        ("fit_min = 80", 'country = ["Bavaria"]', 'no country "Bavaria"'),
        ("fit_min = 80", "fit_min = 180", "must be between 0 and 100"),
        ("fit_min = 80", "fitmin = 80", "did you mean 'fit_min'?"),
        ("attempts_max = 0", "attempts_max = 0\nattempts_min = 3", "below attempts_min"),
        ('shows = "resting"', 'shows = "rest"', "did you mean 'resting'?"),
    ),
    *_edits(
        "windows.toml",
        ("soon_min = 30", "soon_min = 3000", "must be between 0 and 1440"),
        ("[limits.US-AL]", '[limits.US-ZZ]', "has no state 'ZZ'"),
        ("[limits.US-AL]", '[limits.usal]', 'must be "default", a country'),
        ("[limits.US-AL]", "[limits.DE-BX]", "Germany has no state 'BX'"),
        ("[hours.default]", '[hours.UK]\ndaily = "closed"\n[hours.default]', "did you mean GB?"),
        ("[hours.default]", '[hours.DE-BAY]\ndaily = "closed"\n[hours.default]', "no state 'BAY'"),
        ("cap_24h = 3", 'cap_24h = "3"', "must be a whole number"),
        ('date = "12-26", only = ["ON"]', 'date = "12-26", only = ["OT"]', "no state 'OT'"),
        ('{ name = "Juneteenth", date = "06-19" }', '{ name = "Juneteenth", date = "06-31" }',
         "is not a day"),
        ('month = 5, weekday = "mon", nth = -1 },\n  { name = "Juneteenth"',
         'month = 5, weekday = "mo", nth = -1 },\n  { name = "Juneteenth"', "'mo' is not known"),
        ('observed = "us"', 'observed = "usa"', "did you mean 'us'?"),
        ("[holidays.CA]", "[holidays.CAN]", 'must be "default", a country'),
        ("closed_on_holidays = true\n# A window", 'closed_on_holidays = "yes"\n# A window',
         "must be true or false"),
    ),
    *_edits(
        "qualification.toml",
        ('use = "bant"', 'use = "bent"', "did you mean 'bant'?"),
        ('use = "bant"', 'uses = "bant"', "did you mean 'use'?"),
        ('label = "Budget"', 'labl = "Budget"', "did you mean 'label'?"),
        ('label = "Authority"', 'label = "Budget"', "is the label of budget"),
        ('label = "Budget"', f'label = "{"x" * 30}"', "at most 24 characters"),
        ("[sets.bant.slots.need]", "[sets.bant.slots.Need]", "lower-case letters"),
    ),
    *_edits(
        "personas.toml",
        ('label = "People Leader"', 'label = "HR"', 'no persona "HR"'),
        ('label = "People Leader"', 'label = ""', "must not be empty"),
        ('unless_title = ["transformation"]', 'unles_title = ["x"]', "mean 'unless_title'?"),
        ('department = ["marketing"]', "department = []", "texts that are not empty"),
    ),
    *_edits(
        "fit.toml",
        ('field = "persona"', 'field = "persna"', "did you mean 'persona'?"),
        ("points = 8\n", 'points = "8"\n', "must be a number, not text"),
    ),
    *_edits(
        "team.toml",
        ("not_calling = []", 'not_calling = ["eva@x.example"]', 'no owner "eva@x.example"'),
        ("not_calling = []", 'notcalling = []', "did you mean 'not_calling'?"),
        ("[goals]", "[goals]\ndials_a_day = 4", "is not a known setting", "dials_a"),
        ("[week]", '[team.d]\nmembers = ["ritta@x.example"]\n[week]', 'Write "rita@x.example"?',
         "members"),
    ),
    *_edits(
        "ranking.toml",
        ('preset = "lrm2007"', 'preset = "lrm2017"', "lrm2007"),
        ("lambda = 1.0", "lamda = 1.0", "did you mean 'lambda'?"),
        ("points_per_fit = 0.04", 'points_per_fit = "0,04"', "must be a number, not text"),
        ("each = -0.30", "each = -0,30", "Expected"),
        ("enabled = false", "enabled = 0", "must be true or false"),
    ),
]  # fmt: skip


class WrongFile(NamedTuple):
    """A whole file with one mistake."""

    file: str
    text: str
    said: str
    line: int


SCRIPT = "+++\nid = 'a'\n{}\n+++\n## Opener\nHi\n"

WRONG_FILES = [
    WrongFile("crm.toml", 'do_not_cal = "dnc"\n', "did you mean 'do_not_call'?", 1),
    WrongFile("crm.toml", '\nqualified_stage = "sql"\n', "as salesqualifiedlead", 2),
    WrongFile("crm.toml", 'default_country = "Germany"\n', "unknown country 'Germany'", 1),
    WrongFile("crm.toml", "[fields]\nnumbers = 'phone'\n", "must be a list of texts", 2),
    WrongFile("crm.toml", "[fields]\nstate = 'x'\n", "did you mean 'status'?", 2),
    WrongFile("crm.toml", "[fields]\nstatus = 'lead status'\n", "must name properties", 2),
    WrongFile("crm.toml", "[fields]\nnumbers = []\n", "must name properties", 2),
    WrongFile("crm.toml", "[fields\n", "Expected ']'", 1),
    WrongFile("config.toml", "[crm]\nownr = 'x'\n", "did you mean 'owner'?", 2),
    WrongFile("config.toml", "[cmr]\nowner = 'x'\n", "did you mean 'crm'?", 1),
    WrongFile("config.toml", "[crm]\napi_url = 'http://crm.example'\n", "https", 2),
    WrongFile("config.toml", "[crm]\nowner = 'eva@x.example'\n", 'no owner "eva@x.example"', 2),
    WrongFile("config.toml", "[rep]\ntime_zone = 'Dublin'\n", "unknown time zone 'Dublin'", 2),
    WrongFile("config.toml", "[sync]\ninterval_s = 5\n", "must be between 15 and 3600", 2),
    WrongFile("config.toml", "[calls]\ndial = 'phone'\n", "'phone' is not known", 2),
    WrongFile("config.toml", "[calls]\ndial = 'command'\n", "dial_command", 1),
    WrongFile("config.toml", "[storage]\nretention_days = 5\n", "must be 0 or between 30", 2),
    WrongFile("config.toml", "[queue]\nowners = 'all '\n", "is not known", 2),
    WrongFile("scripts/library.toml", "shiped = false\n", "did you mean 'shipped'?", 1),
    WrongFile(
        "scripts/library.toml", "[headings]\nopner = 'Einstieg'\n", "did you mean 'opener'?", 2
    ),
    WrongFile("scripts/a.md", SCRIPT.format("langage = 'de'"), "did you mean 'language'?", 3),
    WrongFile("scripts/a.md", SCRIPT.format("priority = 'high'"), "must be a whole number", 3),
    WrongFile("scripts/a.md", SCRIPT.format("x = @"), "Invalid value", 3),
    WrongFile("scripts/a.md", "## Opener\nHi\n", "+++", 1),
    WrongFile("retry.toml", 'extends = "ours"\n', 'must be "shipped"', 1),
    WrongFile("retry.toml", 'extends = "shipped"\nmax_atempts = 3\n', "'max_attempts'?", 2),
    WrongFile("retry.toml", 'without = ["x"]\n', 'needs extends = "shipped"', 1),
    WrongFile("views.toml", 'extends = "shipped"\nwithout = ["view.hott"]\n', 'has no "hott"', 2),
    WrongFile("sla.toml", 'extends = "shipped"\n[stages]\nsql = "deal"\n', 'stage "deal"', 3),
    WrongFile("team.toml", "[team.d]\nmembers = ['rita@x.example']\n[goal]\n", "'goals'?", 3),
]
"""Kinds of mistake in files that a team writes whole."""
