"""People from a file: who is new, creating them in the CRM, the receipt."""
