"""Reusable widgets; they know the domain, but neither services nor storage."""
