"""Call scripts: Markdown files a team keeps, matched to a lead and merged in a sandbox.

Knows the domain and Jinja, nothing else: no screen, no network, no database.
"""

from sdrdesk.scripting.conversion import Situation, conversion_kind, situation_of
from sdrdesk.scripting.library import SHIPPED, ScriptLibrary
from sdrdesk.scripting.model import (
    Item,
    LintFinding,
    RenderedScript,
    Script,
    ScriptMatch,
    Section,
    SectionKind,
)
from sdrdesk.scripting.parse import ScriptProblem

__all__ = [
    "SHIPPED",
    "Item",
    "LintFinding",
    "RenderedScript",
    "Script",
    "ScriptLibrary",
    "ScriptMatch",
    "ScriptProblem",
    "Section",
    "SectionKind",
    "Situation",
    "conversion_kind",
    "situation_of",
]
