"""Backup and restore: nothing acknowledged is lost, nothing erased returns, nothing goes out again."""
