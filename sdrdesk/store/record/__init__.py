"""What a rep did: outcomes, decisions, blocks, outbox, conflicts."""
