"""Why the venue does not start."""


class CannotStart(Exception):
    """Something outside of the venue is in the way; the message says what to do."""
