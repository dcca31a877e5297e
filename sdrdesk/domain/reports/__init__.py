"""Counting for the team lead's reports: pure functions over plain records, no disk, no clock."""
