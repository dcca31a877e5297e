"""The rules of sales development: no screen, no network, no database.

Functions are deterministic; the present moment is always an argument.
"""
