"""The EspoCRM connector (made for 9.0 and 9.1): its API's names and quirks are only here."""
