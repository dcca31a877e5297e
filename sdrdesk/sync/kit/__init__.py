"""Shared by connectors: a client made of tables and a few methods that are the CRM's own."""
