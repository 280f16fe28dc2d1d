"""Scripts of the repository itself: generated pages, coverage by own test file. Not installed."""
