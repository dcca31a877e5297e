"""The EspoCRM connector (made for 9.0 to 9.2): its API's names and quirks are only here."""
