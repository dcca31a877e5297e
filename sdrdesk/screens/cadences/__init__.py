"""Who is in which step of a cadence."""
