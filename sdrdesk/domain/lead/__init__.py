"""A lead, its owner and activities, and the facts derived from them: persona, time zone."""
