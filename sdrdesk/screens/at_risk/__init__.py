"""Leads at risk in the next hours, and triage."""
