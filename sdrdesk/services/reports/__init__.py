"""The team lead's reports: read from the store, counted in the domain, drawn as sheets."""
