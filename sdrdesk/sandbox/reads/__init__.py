"""Records in the API's form, and search."""
