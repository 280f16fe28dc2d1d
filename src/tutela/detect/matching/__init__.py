"""Hash lists, exact indexes, and what a match means: files to decisions, always with a reason."""
