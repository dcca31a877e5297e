"""Object types and property definitions of the account."""
