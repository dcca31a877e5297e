"""Records as the API returns them, and search."""
