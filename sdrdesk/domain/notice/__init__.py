"""Notices outside of the screen."""
