"""Word lists of the generated world."""
