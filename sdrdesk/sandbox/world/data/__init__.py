"""The word lists of the generated world: data only, no rules."""
