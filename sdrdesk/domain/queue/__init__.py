"""Which leads are in the queue: eligibility, filters, the funnel, what is at risk."""
