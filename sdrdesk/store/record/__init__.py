"""The rep's own record: outcomes, decisions, calls in progress, blocks, meetings."""
