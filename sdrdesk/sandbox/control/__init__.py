"""The control API: everything a test or a trainer can do to the account while it runs."""
