"""The one check of a folder of rules: every file, alone, together, and against the account."""
