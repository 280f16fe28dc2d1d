"""The two address trees: the anonymous side and the staff's side, which never meet (architecture.md)."""
