"""Reading the queue from its indices: candidates, order, find."""
