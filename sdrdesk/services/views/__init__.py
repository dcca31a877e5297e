"""Plain values that services hand to screens and commands."""
