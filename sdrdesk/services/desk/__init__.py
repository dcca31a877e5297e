"""The desk of one rep: its services by noun, as text and as JSON."""
