"""Plain text, times and durations as a person writes and reads them."""
