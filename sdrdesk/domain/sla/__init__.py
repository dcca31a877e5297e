"""The SLA: targets, and where a lead is against them."""
