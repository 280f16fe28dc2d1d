"""Notices to those who can remove an item, and the checks whether it is gone."""
