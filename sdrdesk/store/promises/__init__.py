"""Promised calls: what a rep recorded here and the call tasks of the CRM, as one list."""
