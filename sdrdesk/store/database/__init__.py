"""The database file: opening, locking, encrypting, upgrading and backing up."""
