"""Is this known? Media in a sandbox, fingerprints, lists, and scans of folders, archives and disk images."""
