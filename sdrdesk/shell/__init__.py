"""Completion files of the shells and the manual page, made from the commands."""
