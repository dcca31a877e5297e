"""Calling hours: call windows, weekly hours, holidays, business time, retries."""
