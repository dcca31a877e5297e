"""The script the fake desk shows for every lead."""

from __future__ import annotations

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.services.views.call import ScriptItem, ScriptSection, ScriptView


def demo_script(lead: Lead) -> ScriptView:
    """Return a script with a section of every kind."""
    first = lead.first_name or "there"
    return ScriptView(
        script_id="demo-request-technical",
        title="Demo request · Technical Builder",
        version="3",
        reasons=(f"persona {lead.persona or 'any'}", "converted on a demo request"),
        sections=(
            ScriptSection(
                "opener",
                "Opener",
                f"Hi {first}, this is Rita from Aeron. You asked for a demo a moment "
                "ago, so I thought I would save you the wait.",
            ),
            ScriptSection(
                "reason",
                "Reason for the call",
                "You wrote you need to replace arm controllers before March. What "
                "happens if that slips?",
            ),
            ScriptSection(
                "questions",
                "Questions",
                "",
                (
                    ScriptItem("Who signs for this, and is there a number already?", "budget"),
                    ScriptItem("Besides you, who has to like it?", "authority"),
                    ScriptItem("What is the controller failing at today?", "need"),
                    ScriptItem("What has to be live in March?", "timing"),
                ),
            ),
            ScriptSection(
                "objections",
                "Objections",
                "",
                (
                    ScriptItem(
                        "Just looking",
                        key="1",
                        answer="Most people are at that stage. What made you look today?",
                    ),
                    ScriptItem(
                        "We have a vendor",
                        key="2",
                        answer="Good, then you know what you want. What would you change?",
                    ),
                    ScriptItem(
                        "Send me something",
                        key="3",
                        answer="Gladly. So that it is not a brochure: what should it answer?",
                    ),
                ),
            ),
            ScriptSection(
                "voicemail",
                "Voicemail",
                f"Hi {first}, Rita from Aeron about your demo. I will try again at four.",
            ),
            ScriptSection("close", "Close", "Does Thursday at ten work for half an hour?"),
        ),
    )
