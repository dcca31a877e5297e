"""Which lead is in which step of a cadence."""
