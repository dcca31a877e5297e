"""Importing people from a file."""
