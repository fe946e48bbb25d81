"""Presence, exactly: time-ordered facts of the book in, milliseconds by standing out. Pure: the standard library,
msgspec and itself; integers only, no clock, no database."""
