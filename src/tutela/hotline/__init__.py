"""The people's side: the apps of the hotline, each may know the ones before it (architecture.md)."""
