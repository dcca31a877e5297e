"""The team's reports: read from the store, counted in the domain, shown as tables."""
