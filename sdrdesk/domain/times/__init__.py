"""Times as people type them: words, clocks, days, durations, zones."""
