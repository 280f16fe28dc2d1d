"""Reads: the facts of a year for the report, and how the desk stands now."""
