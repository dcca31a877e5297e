"""Notices that cannot wait."""
