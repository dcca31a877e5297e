"""Learning points of fit from outcomes."""
