"""Typed reading of TOML tables, and what is wrong with one."""
