"""The checks an outcome must pass before it can be recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import OTHER, Disposition, Flag
from sdrdesk.domain.outcome.qualification import Qualification, Slot
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.place.same_number import digits_of, same_number
from sdrdesk.domain.text.plain_text import clean_all, one_line

_KEPT = "Nothing was recorded."
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+", re.ASCII)
_NUMBER = re.compile(r"[\d\s()+.,;*#/-]+(?:(?:x|ext\.?|extension)\s*\d+)?", re.IGNORECASE)
_FEWEST_DIGITS = 7
_MOST_DIGITS = 25
"""15 for the longest number (E.164), the rest for an extension."""
_LONGEST_CALL_S = 24 * 60 * 60
_MAX_ATTENDEES = 50
_MAX_ATTENDEE = 254
"""Longest possible e-mail address (RFC 5321, 4.5.3.1)."""

_OPTION = {
    "callback_at": ("callback time", '--callback TIME, for example --callback "thu 10"'),
    "meeting_at": ("meeting time", '--meeting TIME, for example --meeting "tomorrow 14:00"'),
    "reason": ("reason", "--reason KEY"),
    "note": ("note", "--note TEXT"),
    "qualify": ("qualify answer", "--qualify SLOT=TEXT"),
}

_IS_THERE: dict[str, Callable[[Entry], bool]] = {
    "callback_at": lambda entry: entry.callback_at is not None,
    "meeting_at": lambda entry: entry.meeting_at is not None,
    "reason": lambda entry: bool(entry.reason.strip()),
    "note": lambda entry: bool(entry.note.strip()),
    "qualify": lambda entry: any(value.strip() for value in entry.qualify.values()),
}


def needs_more(disposition: Disposition, entry: Entry, slots: Qualification | None = None) -> bool:
    """Return whether the rep must be asked first: for a time, a reason, a scope, a slot."""
    if slots is not None and missing_slots(disposition, entry, slots):
        return True
    filled = {"note": bool(entry.note), "qualify": any(entry.qualify.values())}
    asked = any(not filled.get(name, False) for name in disposition.requires)
    optional = disposition.is_(Flag.DO_NOT_CALL) or disposition.is_(Flag.NURTURE)
    # A lifecycle stage does not go back: the form shows what will change, Enter confirms it.
    return asked or bool(disposition.reasons) or bool(disposition.lifecycle) or optional


def validated(lead: Lead, disposition: Disposition, entry: Entry) -> Entry:
    """Return ``entry`` as plain text, its reason as a key, when nothing is missing.

    Raises:
        UsageError: something is missing or impossible; the message names the field.
    """
    entry = _plain(entry)
    for name in disposition.requires:
        if not _IS_THERE[name](entry):
            raise _missing(disposition, name)
    reason, words = _reason(disposition, entry.reason)
    note = "\n".join(part for part in (words, entry.note) if part)
    entry = replace(entry, reason=reason, note=note, attendees=_attendees(entry.attendees))
    if reason == OTHER and dict(disposition.reasons).get(OTHER) and not note:
        raise UsageError(
            "Say in a few words what the other reason is (reason).",
            kept=_KEPT,
            next_step='Give --reason "other: …" or --note TEXT.',
        )
    _refuse_unanswered(disposition, entry)
    _refuse_unused_times(disposition, entry)
    _refuse_bad_times(disposition, entry)
    if disposition.is_(Flag.DO_NOT_CALL):
        _refuse_empty_scope(lead, entry)
    return entry


def _plain(entry: Entry) -> Entry:
    return replace(
        entry,
        note=clean_all(entry.note),
        number=one_line(entry.number),
        reason=one_line(entry.reason),
        script_id=one_line(entry.script_id),
        qualify={one_line(slot): clean_all(text) for slot, text in entry.qualify.items()},
    )


def all_answers(entry: Entry) -> dict[str, str]:
    """Return the answers of this call and of earlier ones."""
    said = {slot: text for slot, text in entry.qualify.items() if text.strip()}
    return {**(entry.qualified_before or {}), **said}


def missing_slots(disposition: Disposition, entry: Entry, slots: Qualification) -> tuple[Slot, ...]:
    """Return the slots that the hand-off needs and nobody has asked about."""
    if disposition.note != "handoff":
        return ()
    return slots.open_slots(all_answers(entry), required=True)


def slots_needed(slots: Qualification, missing: tuple[Slot, ...]) -> UsageError:
    """Return the error for a hand-off without a required slot, to be raised."""
    labels = ", ".join(slot.label for slot in missing)
    options = " ".join(f"--qualify {slot.key}=TEXT" for slot in missing)
    return UsageError(
        f"{slots.chosen.label} needs an answer before the hand-off: {labels} (qualify).",
        kept=_KEPT,
        next_step=f"Give {options}.",
    )


def _missing(disposition: Disposition, name: str) -> UsageError:
    word, option = _OPTION[name]
    verb = "Choose" if name == "reason" else "Enter"
    step = f"Give {option}."
    if name == "reason":
        step += f" Reasons: {_listed(disposition)}."
    return UsageError(f"{verb} a {word} ({name}).", kept=_KEPT, next_step=step)


def _reason(disposition: Disposition, typed: str) -> tuple[str, str]:
    """Return the key of a reason, and the rep's own words for "other"."""
    wanted, _, words = typed.partition(":")
    known = {name.casefold(): key for key, label in disposition.reasons for name in (key, label)}
    if not typed.strip():
        return "", ""
    if key := known.get(typed.strip().casefold()):
        return key, ""
    if known.get(wanted.strip().casefold()) == OTHER:
        return OTHER, words.strip()
    if not disposition.reasons:
        return typed.strip(), ""  # an outcome without listed reasons takes free text
    raise UsageError(
        f'"{typed.strip()}" is not a reason of {disposition.label} (reason).',
        kept=_KEPT,
        next_step=f"Reasons: {_listed(disposition)}.",
    )


def is_attendee_email(text: str) -> bool:
    """Return whether ``text`` looks like exactly one e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def _attendees(given: tuple[str, ...]) -> tuple[str, ...]:
    parts = (part for line in given for part in re.split(r"[,;\n]", line))
    named = (one_line(who, limit=_MAX_ATTENDEE) for who in parts)
    found = tuple(dict.fromkeys(who for who in named if who))
    if len(found) > _MAX_ATTENDEES:
        raise UsageError(f"A meeting takes at most {_MAX_ATTENDEES} attendees.", kept=_KEPT)
    return found


def _listed(disposition: Disposition) -> str:
    return ", ".join(key for key, _ in disposition.reasons) or "none are set up"


def _refuse_unanswered(disposition: Disposition, entry: Entry) -> None:
    if entry.incoming and not (disposition.is_(Flag.REACHED) or disposition.is_(Flag.WITHOUT_CALL)):
        raise UsageError(
            f"{disposition.label} is the outcome of a call you made, and this one came in.",
            kept=_KEPT,
            next_step="Choose an outcome with somebody on the line.",
        )


def _refuse_unused_times(disposition: Disposition, entry: Entry) -> None:
    # Dropping a time without a word would be worse than asking again.
    if entry.callback_at is not None and disposition.is_(Flag.FINAL):
        raise UsageError(
            f"{disposition.label} leaves the queue and takes no callback (callback_at).",
            kept=_KEPT,
            next_step="Leave the time out, or record a callback or nurture instead.",
        )
    if entry.meeting_at is not None and not disposition.is_(Flag.MEETING):
        raise UsageError(
            f"{disposition.label} takes no meeting time (meeting_at).",
            kept=_KEPT,
            next_step="Leave the time out, or record a meeting instead.",
        )


def _refuse_bad_times(disposition: Disposition, entry: Entry) -> None:
    for name, moment in (("callback_at", entry.callback_at), ("meeting_at", entry.meeting_at)):
        if moment is not None and moment <= entry.at:
            word, option = _OPTION[name]
            raise UsageError(
                f"The {word} ({name}) of {disposition.label} is before the call itself.",
                kept=_KEPT,
                next_step=f"Give a later time with {option}.",
            )
    if entry.duration_s < 0:
        raise UsageError("Call duration cannot be negative (duration_s).", kept=_KEPT)
    if entry.duration_s > _LONGEST_CALL_S:
        raise UsageError(
            "A call lasts a day at most (duration_s).",
            kept=_KEPT,
            next_step="Give the talk time in seconds.",
        )
    if not 5 <= entry.meeting_minutes <= 24 * 60:
        raise UsageError("A meeting lasts 5 minutes to a day (meeting_minutes).", kept=_KEPT)


def _refuse_empty_scope(lead: Lead, entry: Entry) -> None:
    if entry.do_not_call_scope == "company" and lead.company is None:
        raise UsageError(
            "This lead has no company on record (do_not_call_scope).",
            kept=_KEPT,
            next_step="Choose person or number.",
        )
    if entry.do_not_call_scope == "number" and not dialled_number(lead, entry):
        raise UsageError(
            "This lead has no number on record (do_not_call_scope).",
            kept=_KEPT,
            next_step="Choose person or company.",
        )


def dialled_number(lead: Lead, entry: Entry) -> str:
    """Return the dialled number, else the lead's first."""
    return entry.number.strip() or lead.phone or lead.mobile


def typed_number(text: str, known: tuple[str, ...] = ()) -> str:
    """Return a dialled number as typed; ``""`` is none, and numbers in ``known`` pass unchecked.

    Raises:
        UsageError: it is not a telephone number.
    """
    number = text.strip()
    digits = sum(ch.isdecimal() for ch in number)
    dialable = _NUMBER.fullmatch(number) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
    if number in ("", *known) or (dialable and number.isprintable()):
        return number
    raise UsageError(
        f'"{one_line(number, limit=60)}" is not a telephone number (number).',
        kept=_KEPT,
        next_step="Write it with its country code, such as +353 1 555 0142.",
    )


def other_numbers(lead: Lead, used: str) -> tuple[str, ...]:
    """Return the lead's numbers other than ``used``, however it is written."""
    return tuple(n for n in (lead.phone, lead.mobile) if digits_of(n) and not same_number(n, used))
