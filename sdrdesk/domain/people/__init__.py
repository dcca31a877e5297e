"""People from a file: columns, values and usable rows."""
