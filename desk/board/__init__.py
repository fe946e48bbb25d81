"""The board: the venue at a glance, built once a second at most for all who look."""
