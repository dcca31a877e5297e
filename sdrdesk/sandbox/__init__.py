"""The sandbox CRM: a HubSpot-compatible server on loopback, for demo, training and tests.

It stands apart on purpose. It imports nothing from the rest of sdrdesk and nothing imports it, so
that it cannot share a misunderstanding with the client it is there to test. Start it with
``python -m sdrdesk.sandbox serve``.
"""
