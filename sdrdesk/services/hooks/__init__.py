"""Hooks: programs of the rep and the team that hear of events; found, judged, run, told of."""
