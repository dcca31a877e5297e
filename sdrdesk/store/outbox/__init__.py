"""Items to send to the CRM, their receipts, and conflicts."""
