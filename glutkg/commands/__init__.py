"""The commands, by what they are for; each a thin one over the library, which it imports only when it runs."""
