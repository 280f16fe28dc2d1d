"""The fault harness: kill sweeps, failing calls, full disks, jumping clocks; one check of all invariants."""
