"""Call blocks: start, pause, end, summary."""
