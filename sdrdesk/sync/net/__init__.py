"""How requests leave this machine: proxies, certificates, bounds. Knows no CRM."""
