"""Past conversions, calls and other activities, and the records of them."""
