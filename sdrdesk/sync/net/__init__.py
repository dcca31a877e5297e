"""HTTP for any CRM: proxies, certificates, time and size limits."""
