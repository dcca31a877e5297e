"""Checks of a team's files against each other and against the CRM account."""
