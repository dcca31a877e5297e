"""The CRM account: login, setup, doctor, import."""
