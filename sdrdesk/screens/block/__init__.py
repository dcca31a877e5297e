"""Starting, pausing and ending a call block."""
