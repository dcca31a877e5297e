"""The follow-up e-mail: ``desk.mail``."""
