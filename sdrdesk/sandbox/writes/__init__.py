"""Everything that changes a record, and the effects of a change."""
