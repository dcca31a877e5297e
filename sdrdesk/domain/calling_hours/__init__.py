"""When a lead may be called: windows, weekly hours, holidays, office hours, retries."""
