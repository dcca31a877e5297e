"""Rows for the reports."""
