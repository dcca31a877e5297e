"""Records and intents to and from a CRM, and the merge of fields changed on both sides."""
