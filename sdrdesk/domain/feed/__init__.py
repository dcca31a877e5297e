"""The team feed: what is said on it, who may say it, and who wins a lead."""
