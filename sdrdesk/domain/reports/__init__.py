"""The counts of the team lead's reports."""
