"""The shapes that travel to and from a CRM, and how a field both sides changed is merged."""
