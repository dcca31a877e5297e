"""What cannot wait."""
