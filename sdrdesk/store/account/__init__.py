"""The CRM account this database belongs to."""
