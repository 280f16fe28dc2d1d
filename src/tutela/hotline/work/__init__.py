"""The job table: work that outlives a crash, handed out once, with leases, timers and a dead letter box."""
