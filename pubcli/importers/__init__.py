"""Records from outside: one module per format, one table row per site."""
