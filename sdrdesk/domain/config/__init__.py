"""Typed reading of TOML tables, and the error about a wrong setting."""
