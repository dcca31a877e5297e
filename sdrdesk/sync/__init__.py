"""Sync between the local database and a CRM account: pull, push, merge.

The engine knows a CRM only by the protocols of ``port``. Each CRM is a package below this one.
HTTP is only there and in ``net``.
"""
