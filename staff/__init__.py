"""WHO MAY OPERATE: staff roles and sign-in, and the record of what they did. Knows nothing of the market."""
