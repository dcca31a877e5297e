"""Points of fit learned from what became of the leads."""
