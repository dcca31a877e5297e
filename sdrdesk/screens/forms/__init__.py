"""Forms and dialogs of more than one screen."""
