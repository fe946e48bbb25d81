"""What a key's tier and its account's risk limits allow, and how much of it is left now."""
