"""How an institution becomes a member: it applies, two officers review and decide, the venue opens its firm."""
