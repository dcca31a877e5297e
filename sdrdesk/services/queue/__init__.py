"""The queue: order, rows, saved views, the next lead."""
