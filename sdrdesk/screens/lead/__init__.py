"""The lead screen, the actions on leads, and why a lead is in its place."""
