"""The order of the queue: score terms, fit, decay, and when one lead overtakes another."""
