"""The meaning of each key. A key means one thing on every screen, or nothing.

So a habit from one screen can do no harm on another. The letters of the outcomes belong to the
call: no other screen gives them another meaning. Tests hold the screens to this table; a key
without a meaning on the present screen is explained with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.screens.shell.hints import key_name
from sdrdesk.screens.shell.keys import EARLIER, LATER


class KeyMeaning(NamedTuple):
    """One meaning and everything that has it."""

    keys: str
    """Textual's names of its keys, with commas."""
    words: str
    """Its effect, verb first."""
    ids: str
    """Ids of its bindings, with blanks."""


_CLOSES: Final = "closes the dialog"
"""A dialog is closed by the key that opened it, too."""

MEANINGS: Final = (
    # Going on, going back, explaining.
    KeyMeaning(
        "enter", "goes on with what is chosen",
        "queue.call travel.call lead.call call.start block.start pause.choose reason.choose "
        "callbacks.choose "
        "form.save skip.choose snooze.save view.choose persona.choose rep.choose note.lead "
        "report.behind behind.lead "
        "log.open sync.open import.field agenda.call cadences.call away.call "
        "field.choose leave.no confirm.yes "
        "undo.yes which.choose right.choose correct.save "
        "in_call.no merge.no menu.choose edit.save add.save touch.save",
    ),
    KeyMeaning(
        "escape,q", "leaves the screen",
        "call.back lead.back travel.back agenda.back cadences.back queue.all queue.quit "
        "log.back log.quit "
        "sync.back sync.quit report.back note.back import.back modal.back away.back behind.back "
        "asked.back",
    ),
    KeyMeaning(
        "escape,q,enter,f1,f2,F,question_mark", _CLOSES,
        "help.back why.back funnel.back preview.back summary.back welcome.start",
    ),
    KeyMeaning("f1", "shows the help", "screen.help"),
    KeyMeaning(
        "question_mark", "explains", "queue.why travel.why lead.why log.define report.define"
    ),
    KeyMeaning("f2", "shows what would change", "call.preview import.look"),
    # Of one lead or many.
    KeyMeaning("s", "skips the lead", "queue.skip travel.skip call.skip"),
    KeyMeaning("z", "snoozes the lead", "queue.snooze travel.snooze call.snooze"),
    KeyMeaning("p", "pins the lead", "queue.pin travel.pin"),
    KeyMeaning(
        "o", "opens the lead",
        "queue.open travel.open agenda.open away.open asked.open cadences.open",
    ),
    KeyMeaning("O", "opens the lead elsewhere", "queue.links travel.links call.links lead.links"),
    KeyMeaning("Y", "copies what you choose", "queue.copies travel.copies call.copies lead.copies"),
    KeyMeaning("E", "edits the person", "queue.edit travel.edit call.edit lead.edit"),
    KeyMeaning("J", "logs a touch", "queue.touch travel.touch call.touch lead.touch"),
    KeyMeaning("ctrl+e", "writes an e-mail", "queue.mail travel.mail call.mail lead.mail"),
    KeyMeaning(
        "semicolon", "rests the SLA, because the customer asked to wait",
        "queue.waits travel.waits call.waits lead.waits",
    ),
    KeyMeaning(
        "colon", "goes with cadences",
        "queue.cadence travel.cadence call.cadence lead.cadence cadences.menu",
    ),
    KeyMeaning("N", "adds a person", "queue.add travel.add call.add lead.add"),
    KeyMeaning("e", "sets the persona", "travel.persona lead.persona"),
    KeyMeaning("T", "sets the time zone", "queue.zone lead.zone"),
    KeyMeaning("D", "lists possible duplicates", "lead.dupes"),
    KeyMeaning("I", "takes a call that comes in", "queue.incoming call.incoming lead.incoming"),
    KeyMeaning("y", "copies the number", "call.copy lead.copy"),
    KeyMeaning("n", "takes the lead that converted just now", "queue.fresh call.fresh"),
    KeyMeaning("space", "marks the lead", "queue.mark travel.mark asked.mark"),
    KeyMeaning("ctrl+a", "marks all leads", "travel.mark_all asked.mark_all"),
    KeyMeaning("ampersand", "marks leads by a condition", "queue.mark_by travel.mark_by"),
    KeyMeaning("G", "plans for a moment", "queue.plan travel.plan"),
    KeyMeaning("Z", "puts what closes first on top", "queue.closing"),
    KeyMeaning(
        "R", "repeats the last action",
        "queue.repeat travel.repeat sync.retry away.retry asked.write",
    ),
    KeyMeaning(
        "u,ctrl+z", "undoes the last action",
        "queue.undo travel.undo lead.undo call.undo cadences.undo",
    ),
    KeyMeaning("C", "corrects an earlier outcome", "log.correct note.correct lead.correct"),
    KeyMeaning(
        "ctrl+y", "redoes what was undone",
        "queue.redo travel.redo lead.redo call.redo cadences.redo",
    ),
    KeyMeaning(
        "delete", "removes",
        "queue.promise agenda.promise cadences.stop sync.drop away.drop asked.drop "
        "import.ignore leave.yes",
    ),
    KeyMeaning("W", "writes a note", "travel.line note.comment asked.note"),
    # Outcomes that may be recorded without a call have the same letter as in a call.
    KeyMeaning("l", "records Nurture", "travel.nurture"),
    KeyMeaning("d", "records Disqualified", "travel.disqualify"),
    # In a call.
    KeyMeaning("exclamation_mark", "does it all the same", "in_call.yes merge.yes"),
    KeyMeaning("t", "says that someone picked up", "call.talk"),
    KeyMeaning("f", "fills the qualification slots", "call.facts"),
    KeyMeaning("full_stop", "takes the next number", "call.number"),
    KeyMeaning("plus,equals_sign", "starts calls later", "call.slower"),
    KeyMeaning("minus", "starts calls sooner", "call.faster"),
    # The block.
    KeyMeaning("f6", "opens the call block", "queue.block call.block"),
    KeyMeaning("f7", "pauses or resumes", "block.pause call.wait"),
    KeyMeaning("f8", "ends the block", "block.end"),
    # Going somewhere.
    KeyMeaning("1", "goes to the queue", "app.queue"),
    KeyMeaning("2", "goes to the log", "app.log"),
    KeyMeaning("3", "goes to the sync screen", "app.sync"),
    KeyMeaning("slash", "finds", "queue.find view.words import.file"),
    KeyMeaning("h", "shows what is at risk", "queue.travel"),
    KeyMeaning("A", "shows the agenda", "queue.agenda"),
    KeyMeaning("V", "chooses a view", "queue.view"),
    KeyMeaning("F", "shows the funnel", "queue.funnel why.funnel log.funnel report.funnel"),
    KeyMeaning("i", "imports people", "queue.import"),
    KeyMeaning("r", "sends and fetches now", "queue.sync sync.now"),
    # The log and its reports.
    KeyMeaning("S", "shows speed to lead", "log.speed report.speed"),
    KeyMeaning("L", "shows the SLA", "log.sla report.sla"),
    KeyMeaning("H", "shows hours and weekdays", "log.rhythm report.rhythm"),
    KeyMeaning("U", "shows the outcomes by rep", "report.outcomes"),
    KeyMeaning("K", "shows the results by script", "log.scripts report.scripts"),
    KeyMeaning(
        "P", "chooses whose",
        "log.rep agenda.whose travel.whose report.whose cadences.whose",
    ),
    KeyMeaning("B", "puts the best first", "log.order"),
    KeyMeaning("comma", "chooses a report", "log.choose report.choose"),
    KeyMeaning("percent_sign", "compares with the days before", "report.compare"),
    KeyMeaning("at,ctrl+g", "gives leads to another rep", "behind.assign"),
    KeyMeaning("number_sign,ctrl+o", "writes a file", "behind.export"),
    KeyMeaning("M", "chooses the period", "report.span"),
    KeyMeaning("0", "goes to today", "log.today"),
    KeyMeaning(
        EARLIER, "goes back in time",
        "travel.less log.before report.earlier agenda.less",
    ),
    KeyMeaning(
        LATER, "goes on in time",
        "travel.more log.after report.later agenda.more",
    ),
    # Sync.
    KeyMeaning("asterisk", "shows what happened while you were away", "sync.away"),
    KeyMeaning("less_than_sign", "keeps your value of a conflict", "sync.mine away.mine"),
    KeyMeaning(
        "greater_than_sign", "takes the CRM's value of a conflict", "sync.theirs away.theirs"
    ),
    # Moving, and keys of forms.
    KeyMeaning(
        "down,j", "moves down",
        "list.down long.down lines.down numbers.down choice.down when.next "
        "block.next_field person.next_field",
    ),
    KeyMeaning(
        "up,k", "moves up",
        "list.up long.up lines.up numbers.up choice.up when.previous "
        "block.previous_field person.previous_field",
    ),
    KeyMeaning("right", "moves right", "call.next_tab note.next numbers.right"),
    KeyMeaning("left", "moves left", "call.previous_tab note.previous numbers.left"),
    KeyMeaning("pagedown", "moves a page down", "list.page_down long.page_down lines.page_down"),
    KeyMeaning("pageup", "moves a page up", "list.page_up long.page_up lines.page_up"),
    KeyMeaning("home", "goes to the first", "list.first long.first lines.first numbers.first"),
    KeyMeaning("end", "goes to the last", "list.last long.last lines.last numbers.last"),
    KeyMeaning("tab", "goes to the other part", "log.switch merge.swap report.next"),
    KeyMeaning("f3", "opens the booking page", "form.page"),
    KeyMeaning("f4", "chooses the next recipe", "block.recipe"),
    KeyMeaning("f9", "keeps a snooze even if they convert again", "snooze.firm"),
    KeyMeaning("f5", "lets anybody of the team keep the callback", "form.team"),
    KeyMeaning(
        "ctrl+s", "saves what is prepared",
        "mail.open summary.keep comment.send import.start right_note.save behind.save",
    ),
    KeyMeaning("ctrl+c", "copies the selection, or quits", "app.leave"),
)  # fmt: skip
"""Digits mean the numbered thing on screen: an objection in a call, an option of a list."""

_PLACES: Final = {
    "queue": "in the queue",
    "travel": "at risk",
    "agenda": "in the agenda",
    "cadences": "among the cadences",
    "lead": "on a lead",
    "call": "in a call",
    "log": "in the log",
    "report": "in the reports",
    "note": "on a call of the log",
    "behind": "on the leads behind a number",
    "sync": "on the sync screen",
    "away": "after you were away",
    "asked": "before it is written",
    "import": "in the import",
}
"""Screens of the ids with this beginning; a dialog shows its own keys."""


def elsewhere(key: str, keymap: Mapping[str, str]) -> str:
    """Return what ``key`` does on other screens, ``""`` for nothing.

    Args:
        key: Textual's name of the key.
        keymap: binding id to key, from the config.
    """
    for meaning in MEANINGS:
        places = [
            _PLACES[place]
            for name in meaning.ids.split()
            if (place := name.split(".")[0]) in _PLACES
            and key in keymap.get(name, meaning.keys).replace(" ", "").split(",")
        ]
        if places:
            return f"{meaning.words} {_listed(places)}"
    return ""


def _listed(places: list[str]) -> str:
    *most, last = dict.fromkeys(places)
    return f"{', '.join(most)} or {last}" if most else last


def letter_problems(outcomes: Iterable[Disposition]) -> list[str]:
    """Return the outcomes whose letter means something else on other screens, in words."""
    found = []
    for outcome in outcomes:
        same = f"records {outcome.label}"
        for meaning in MEANINGS:
            names = [key_name(key) for key in meaning.keys.split(",")]
            if outcome.hotkey in names and meaning.words not in (same, _CLOSES):
                found.append(
                    f"{outcome.label} has the key {outcome.hotkey}, which elsewhere "
                    f"{meaning.words}; in a call it still records the outcome. To avoid a slip, "
                    "choose another hotkey in dispositions.toml"
                )
    return found
