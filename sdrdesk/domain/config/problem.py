"""What is wrong with one setting of a rules file, and where in the file it is."""

from __future__ import annotations

from sdrdesk.domain.errors import UsageError


class ConfigProblem(UsageError):  # noqa: N818 - it names the problem, a caller adds file and line
    """A setting that cannot be used; nothing was changed.

    Attributes:
        key_path: the keys that lead to the setting, such as ``("rule", "3", "points")``.
        message: what is wrong, a clause without a full stop.
    """

    def __init__(self, key_path: tuple[str, ...], message: str) -> None:
        self.key_path = key_path
        self.message = message
        super().__init__(f"{'.'.join(key_path) or 'The file'}: {message}.")
