"""Kill switches: what they stop, how they are engaged, finished and lifted."""
