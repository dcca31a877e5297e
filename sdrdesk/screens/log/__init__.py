"""The activity log and the reports."""
