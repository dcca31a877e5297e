"""One lead: its view, decisions about it, derived facts."""
