"""What makers earn and what everybody pays: programmes and their tiers, the ledger of fees, statements."""
