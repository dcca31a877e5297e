"""The leads in cadences, and their steps."""
