"""People and companies of the generated world."""
