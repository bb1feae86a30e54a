"""Claims as pages and agents show them, and what they say of what somebody claims."""
