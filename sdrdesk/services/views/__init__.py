"""Plain values that services return to screens and commands."""
