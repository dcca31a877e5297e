"""Pure rules of sales development: no screen, no network, no database.

Every function is total and deterministic; the present moment is always an argument.
"""
