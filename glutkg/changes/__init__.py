"""What changes when claims come or go: in memory, or between two states of the graph."""
