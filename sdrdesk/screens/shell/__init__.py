"""What every screen shares: base class, keys, help, hints, status."""
