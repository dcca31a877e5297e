"""The sync for screens and commands."""
