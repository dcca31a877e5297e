"""Backups, restoring, and erasing a person."""
