"""The account in memory and on disk: records, associations, tokens, limits, faults."""
