"""Sessions, passwords, sealed fields, throttling and response headers."""
