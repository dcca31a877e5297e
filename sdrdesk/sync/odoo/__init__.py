"""The Odoo connector (made for 17 to 19): its API's names and quirks are only here."""
