"""One lead, and why it is where it is."""
