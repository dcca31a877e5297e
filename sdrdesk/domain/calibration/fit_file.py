"""The rules of a ``fit.toml`` as features to learn from, and what was learned as such a file."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from sdrdesk.domain.calibration.calibrate import Calibration, Learned
from sdrdesk.domain.calibration.columns import DataColumn
from sdrdesk.domain.calibration.features import (
    FEWEST,
    STRONGEST_AREA,
    STRONGEST_IV,
    Feature,
    Level,
    feature_of,
    known_after_call,
    measure,
)
from sdrdesk.domain.lead.conditions import (
    NUMBER_FIELDS,
    TEXT_FIELDS,
    Condition,
    fields_of,
    value_condition,
)
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.properties import is_property, properties_of
from sdrdesk.domain.ranking.fit import FitConfig, FitRule

AFTER_CALL = {"buying_role": "reps set it after the call", "persona": "reps correct it in the call"}
"""Fields of a lead that a call may change: their rules keep their points."""
_NOT_LEARNED = frozenset({"mail_domain", "title", *AFTER_CALL})
"""Fields without a level per value: too many values, or the above."""
_OTHER = "\0"
"""Values that a rule could not name."""


def rule_features(
    leads: Sequence[Lead],
    config: FitConfig,
    won: Sequence[int],
    training: Sequence[int],
    allowed: Collection[str] = (),
) -> tuple[list[Feature], list[float]]:
    """Return a feature for each group of rules, and the points of those not learned, by lead."""
    groups: dict[str, list[FitRule]] = {}
    for rule in config.rules:
        groups.setdefault(rule.group or f"rule {rule.name}", []).append(rule)
    fields = [fields_of(lead, config.free_mail) for lead in leads]
    features, kept = [], [0.0] * len(leads)
    for rules in groups.values():
        levels = [Level(), *(Level(rule=rule.name, now=rule.points) for rule in rules)]
        codes = array("H")
        for each in fields:
            met = (place for place, rule in enumerate(rules, 1) if each.match(rule.condition))
            codes.append(next(met, 0))
        names = tuple(dict.fromkeys(n for rule in rules for n in rule.condition.fields))
        name = " and ".join(names)
        found = Feature(name, levels, codes, fixed=True)
        measure(found, won, training)
        too_strong = found.iv > STRONGEST_IV or found.area > STRONGEST_AREA
        if name in allowed or set(names) <= set(allowed):
            found.used = True
        elif after := next((why for n in names if (why := _after_call(n))), ""):
            found.why = f"{after}: its rules keep their points"
        elif too_strong:
            found.why = f"information value {found.iv:.2f}: so strong that the call may have set it"
        else:
            found.used = True
        if not found.used:
            points = [level.now for level in levels]
            kept = [held + points[code] for held, code in zip(kept, codes, strict=True)]
        features.append(found)
    return features, kept


def more_features(
    leads: Sequence[Lead], config: FitConfig, won: Sequence[int], training: Sequence[int]
) -> list[tuple[Feature, DataColumn]]:
    """Return a feature and its column for each field of a lead that no rule names."""
    named = set(config.fields) | _NOT_LEARNED
    found = []
    for name, read in TEXT_FIELDS.items():
        if name not in named:
            column = DataColumn(name)
            for lead in leads:
                column.append_exact(_nameable(read(lead, config.free_mail)))
            found.append((_without_other(feature_of(column, won, training)), column))
    for name, number in NUMBER_FIELDS.items():
        if name not in named:
            column = DataColumn(name)
            for lead in leads:
                value = number(lead)
                column.append_exact("" if value is None else repr(float(value)))
            found.append((feature_of(column, won, training), column))
    own = [properties_of(lead) for lead in leads]
    for name in sorted({name for held in own for name in held} - named):
        column = DataColumn(name)
        for held in own:
            column.append_exact(_nameable(held.get(name, "")))
        found.append((_without_other(feature_of(column, won, training)), column))
    return found


def _after_call(field: str) -> str:
    """Return why a field is known only after the call, ``""`` when it is not."""
    return AFTER_CALL.get(field, "") or (known_after_call(field) if is_property(field) else "")


def _nameable(text: str) -> str:
    """Return a value as conditions compare it; several in one, or an odd one, cannot be named."""
    value = text.casefold()
    plain = value.strip() == value and ";" not in value and len(value) <= 200
    return value if plain and value.isprintable() else _OTHER


def _without_other(feature: Feature) -> Feature:
    place = next((n for n, level in enumerate(feature.levels) if level.texts == (_OTHER,)), 0)
    if not place:
        return feature
    levels = [level for n, level in enumerate(feature.levels) if n != place]
    new = [0 if n == place else n - (n > place) for n in range(len(feature.levels))]
    codes = array("H", map(new.__getitem__, feature.codes))
    return replace(feature, levels=levels, codes=codes)


def learned_config(config: FitConfig, found: Calibration) -> tuple[FitConfig, dict[str, Learned]]:
    """Return the new rules, and what was learned of each by its name."""
    enough = (one for one in found.learned if one.leads >= FEWEST)  # the others keep their points
    by_rule = {one.level.rule: one for one in enough if one.level.rule}
    rules = [
        replace(rule, points=float(by_rule[rule.name].points)) if rule.name in by_rule else rule
        for rule in config.rules
    ]
    told = dict(by_rule)
    names = {rule.name for rule in rules}
    for rule, learned in _new_rules(found.learned, names):
        rules.append(rule)
        if learned is not None:
            told[rule.name] = learned
    return FitConfig(float(found.base), tuple(rules), config.free_mail), told


def _new_rules(
    learned: Sequence[Learned], taken: Collection[str]
) -> list[tuple[FitRule, Learned | None]]:
    """Return the rules for fields that no present rule names, and what was learned of each."""
    by_field: dict[str, list[Learned]] = {}
    for one in learned:
        if not one.level.rule:
            by_field.setdefault(one.feature, []).append(one)
    found: list[tuple[FitRule, Learned | None]] = []
    names = set(taken)
    for field, own in by_field.items():
        numbers = count(1)
        for condition, learnt, words in _conditions(field, own):
            name = f"learned_{field}_{next(numbers)}"
            while name in names:
                name = f"{name}_"
            names.add(name)
            points = float(learnt.points) if learnt is not None else 0.0
            text = f"{field}: {words}"
            found.append((FitRule(name, condition, points, text, f"learned_{field}"), learnt))
    return found


def _conditions(
    field: str, own: Sequence[Learned]
) -> Iterator[tuple[Condition, Learned | None, str]]:
    for one in own:
        if one.level.texts:
            yield value_condition(field, one.level.texts), one, one.level.words
        if one.level.missing:
            yield Condition(field, blank=True), one, "missing"
    # Bands upwards: the first rule that matches counts, so each needs its top only.
    bands = [one for one in own if one.level.number]
    reached: float | None = None
    for one in sorted(bands, key=lambda one: one.level.low or float("-inf")):
        low, high = one.level.low, one.level.high
        if low is not None and low != reached:  # a band without points lies between
            yield Condition(field, high=low, number=True), None, f"up to {low:g}"
        if high is not None:
            yield Condition(field, high=high, number=True), one, one.level.words
        elif low is not None:
            yield Condition(field, low=low, number=True), one, one.level.words
        reached = high


def fit_toml(config: FitConfig, told: Mapping[str, Learned], heading: Sequence[str]) -> str:
    """Return a whole ``fit.toml``; ``heading`` becomes its first comment."""
    lines = [f"# {line}".rstrip() for line in heading]
    lines += ["", f"base = {config.base:g}", "", "free_mail = ["]
    lines += [f"  {_text(domain)}," for domain in sorted(config.free_mail)]
    lines.append("]")
    for rule in config.rules:
        lines += ["", "[[rule]]"]
        learned = told.get(rule.name)
        if learned is not None:
            lines.append(f"# {_evidence(learned)}")
        lines.append(f"name = {_text(rule.name)}")
        if rule.group:
            lines.append(f"group = {_text(rule.group)}")
        lines += [*_condition(rule.condition), f"points = {rule.points:g}"]
        lines.append(f"text = {_text(rule.text)}")
    return "\n".join(lines) + "\n"


def _evidence(learned: Learned) -> str:
    return (
        f"{learned.level.now:g} before; {learned.leads:,} leads, {learned.won:,} won; "
        f"95 % {learned.low:+d} to {learned.high:+d}"
    )


def _condition(condition: Condition) -> list[str]:
    """Return the lines of a rule's condition."""
    if condition.join == "not":
        return [f"not = {_inline(condition.parts[0])}"]
    if condition.join:
        return [f"{condition.join} = [{', '.join(map(_inline, condition.parts))}]"]
    lines = [f"field = {_text(condition.field)}"]
    if condition.blank:
        lines.append("blank = true")
    elif condition.words:
        lines.append(f"words = [{', '.join(map(_text, condition.words))}]")
    elif condition.values:
        lines.append(f"any = [{', '.join(map(_text, sorted(condition.values)))}]")
    days = "days_" if condition.days else ""
    if condition.low != float("-inf"):
        lines.append(f"{days}low = {condition.low!r}")
    if condition.high != float("inf"):
        lines.append(f"{days}high = {condition.high!r}")
    return lines


def _inline(condition: Condition) -> str:
    return f"{{ {', '.join(_condition(condition))} }}"


def _text(text: str) -> str:
    """Return a TOML string; JSON's escapes are valid there, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
