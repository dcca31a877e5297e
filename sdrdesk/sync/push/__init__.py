"""Sending the outbox, each item exactly once."""
