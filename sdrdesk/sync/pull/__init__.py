"""Pulling records from the CRM into the mirror."""
