"""Who can take a place down: the house's contacts book, look-ups by the worker, and proposals for people."""
