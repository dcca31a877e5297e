"""The settings of the sandbox, which decide how difficult the account is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from sdrdesk.sandbox.account.tokens import ACCESS_TOKEN_LIFE_S

UniqueOnActivities = Literal["supported", "refused", "ignored"]
RefreshRotation = Literal["never", "until_used", "strict"]
MergeMode = Literal["new_id", "survivor"]


@dataclass(slots=True)
class Settings:
    """All settings, with the defaults of ``sandbox serve``."""

    lag_ms: int = 2000
    """Delay until search shows a change."""
    out_of_order_ms: int = 0
    """Additional delay of every other change, so that later ones overtake it."""
    rollup_ms: int = 1000
    """Delay until a logged activity changes the contact's own fields."""
    short_pages: bool = False
    """Search pages shorter than requested, some empty, with more pages following."""
    ten_second_limit: int | None = 100
    search_limit: int | None = 5
    """Searches per second in the whole account."""
    daily_limit: int | None = 250_000
    trace: bool = False
    """True if the last thousand requests and answers are kept for reading."""
    retry_after: bool = False
    """True if a 429 has a ``Retry-After`` header."""
    unique_on_activities: UniqueOnActivities = "supported"
    """``refused``: creating the property is a 400; ``ignored``: it is created, but not unique."""
    merge_mode: MergeMode = "new_id"
    token_life_s: int = ACCESS_TOKEN_LIFE_S
    """Lifetime of an OAuth access token."""
    refresh_rotation: RefreshRotation = "never"
    """True if a refresh token changes when it is used: never (HubSpot), the former one stays good
    until its successor is used, or showing the former one again ends the login."""
    required: list[dict[str, Any]] = field(default_factory=list)
    """An administrator's rules, applied on 2026-09 only: ``{"object": "contacts", "property": "p",
    "when": {"hs_lead_status": "CONNECTED"}}``; without ``when`` the property is required on
    create."""

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings.

        Raises:
          ValueError: an unknown setting, or a value of the wrong kind; nothing is changed.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """Return all settings as JSON."""
        return asdict(self)


_CHOICES = {
    "unique_on_activities": ("supported", "refused", "ignored"),
    "refresh_rotation": ("never", "until_used", "strict"),
    "merge_mode": ("new_id", "survivor"),
}
_NAMES = {item.name for item in fields(Settings)}


def _checked(name: str, value: Any) -> Any:
    if name not in _NAMES:
        raise ValueError(f"There is no switch {name!r}; there are {', '.join(sorted(_NAMES))}.")
    if name in _CHOICES:
        fits = value in _CHOICES[name]
    elif name in {"short_pages", "retry_after", "trace"}:
        fits = isinstance(value, bool)
    elif name == "required":
        fits = isinstance(value, list) and all(_is_rule(rule) for rule in value)
    else:
        optional = name.endswith("_limit") and value is None
        fits = optional or (
            isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
        )
    if not fits:
        raise ValueError(f"{value!r} is not a value for the switch {name!r}.")
    return value


def _is_rule(rule: Any) -> bool:
    return (
        isinstance(rule, dict)
        and isinstance(rule.get("object"), str)
        and isinstance(rule.get("property"), str)
        and isinstance(rule.get("when", {}), dict)
    )
