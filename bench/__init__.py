"""Measurements against peers, in one process and alternating. ``make bench`` prints the ratios."""
