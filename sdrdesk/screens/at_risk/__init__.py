"""What the coming hours put at risk, and triage."""
