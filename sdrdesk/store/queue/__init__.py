"""Reads the queue: candidates, ranked leads, filters, search."""
