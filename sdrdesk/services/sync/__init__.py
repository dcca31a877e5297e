"""The sync as screens and commands see it."""
