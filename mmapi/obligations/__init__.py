"""What makers owe a market: programmes, presence integrated exactly from the journal, and how it is told."""
