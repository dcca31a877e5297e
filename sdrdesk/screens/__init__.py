"""Screens: drawing and keys, on top of the services.

Screens and dialogs other than the queue are imported where they are opened: the first row must not
wait for them (``make bench`` measures it).
"""
