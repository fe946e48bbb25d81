"""What the venue did with everything that reached it: acknowledgements and execution history."""
