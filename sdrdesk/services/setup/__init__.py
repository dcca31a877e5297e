"""The questions of ``setup``, and the default country."""
