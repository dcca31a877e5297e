"""Plain text, times and durations, for people."""
