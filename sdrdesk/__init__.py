"""sdrdesk: a terminal workbench for sales development reps.

Rooms, inside out: ``domain`` (pure rules), ``store`` (SQLite), ``sync`` (the CRM boundary),
``services`` (what a person can ask for), ``widgets`` and ``screens`` (Textual), ``cli``.
``sandbox`` is separate: a HubSpot-compatible CRM that shares no code with the others.
Nothing is imported here, so that ``sdrdesk --help`` stays fast.
"""

__version__ = "0.1.0"
