"""The CRM's endpoints; each module serves one area."""
