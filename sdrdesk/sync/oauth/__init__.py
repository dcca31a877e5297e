"""OAuth 2: logging in with an app that the team registered, and renewing the login."""
