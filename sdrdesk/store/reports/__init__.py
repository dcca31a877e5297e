"""Rows and counts for reports, lists and exports."""
