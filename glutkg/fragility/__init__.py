"""On which cited references a conclusion rests."""
