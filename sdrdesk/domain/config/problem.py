"""The error about one setting of a TOML file."""

from __future__ import annotations

from sdrdesk.domain.errors import UsageError


class ConfigProblem(UsageError):  # noqa: N818 - callers turn it into an error with file and line
    """A setting that cannot be used; nothing was changed.

    Attributes:
        key_path: the keys that lead to the setting, such as ``("rule", "3", "points")``.
        message: a clause without a full stop.
        unknown: whether the setting does not exist.
        meant: the known setting that an unknown one is probably a misspelling of, else ``""``.
        stand_in: for a missing setting, a value of its type to read on with; else ``None``.
    """

    def __init__(
        self,
        key_path: tuple[str, ...],
        message: str,
        *,
        unknown: bool = False,
        meant: str = "",
        stand_in: object = None,
    ) -> None:
        self.key_path = key_path
        self.message = message
        self.unknown = unknown
        self.meant = meant
        self.stand_in = stand_in
        super().__init__(f"{'.'.join(key_path) or 'The file'}: {message}.")
