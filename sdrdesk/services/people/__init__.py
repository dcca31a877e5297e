"""Import of people from a file: search, creation in the CRM, receipt."""
