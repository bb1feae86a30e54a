"""What agents ask of the graph by the Model Context Protocol: a few tools that compose, and never guess."""
