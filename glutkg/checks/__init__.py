"""What may be stated: shapes, quality rules and coverage, and the report of what they find."""
