"""Lists with versions, exact indexes, and match decisions with reasons."""
