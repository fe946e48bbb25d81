"""Pure market rules: integers in, events out. No clock, no I/O, no randomness, no Django."""
