"""Serve screens and the command line alike."""
