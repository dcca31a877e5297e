"""Keeps the local mirror and a CRM account in step: pull, push, merge.

The engine knows a CRM only as the Protocol of ``port``; each CRM is a package of its own below
this one, and only those talk HTTP.
"""
