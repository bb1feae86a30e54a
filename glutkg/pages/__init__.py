"""Pages for people, and linked data for programs: from a graph and an address to a response, without a server."""
