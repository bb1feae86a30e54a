"""Pictures of the graph, from what they show to the file they stand in."""
