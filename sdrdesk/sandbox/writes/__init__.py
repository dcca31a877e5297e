"""Changes of records, and their effects."""
