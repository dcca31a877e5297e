"""Shared by all screens: base classes, keys, help, status line."""
