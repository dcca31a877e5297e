"""The sandbox CRM: a HubSpot-compatible server on loopback, for demo, training and tests.

It is separate on purpose: it imports nothing from the rest of sdrdesk and nothing imports it, so
that it cannot share a mistake with the client under test. Start it with
``python -m sdrdesk.sandbox serve``.
"""
