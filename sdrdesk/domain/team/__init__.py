"""The teams of an account: members, goals, who calls."""
