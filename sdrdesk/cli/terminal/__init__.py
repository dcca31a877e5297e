"""Words, progress and exit codes for a terminal."""
