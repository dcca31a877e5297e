"""Everything that waits to be sent, conflicts, and receipts."""
