"""What an administrator needs to know before trusting an installation: checks that change nothing."""
