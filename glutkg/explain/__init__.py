"""Why something is in the graph, and why something is not."""
