"""Plain mode: line in, lines out."""
