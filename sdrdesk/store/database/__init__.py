"""Opening, locking, encrypting, migrating and copying the database file."""
