"""One file per schema version, oldest first; a shipped one never changes."""
