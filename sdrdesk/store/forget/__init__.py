"""Erasing a person from this machine."""
