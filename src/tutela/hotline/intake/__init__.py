"""Reports: what somebody told us, once, through one channel."""
