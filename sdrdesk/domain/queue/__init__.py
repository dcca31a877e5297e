"""The queue: eligibility, filters, the funnel, leads at risk, overtaking, the backtest."""
