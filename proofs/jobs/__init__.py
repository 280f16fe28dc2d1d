"""Workers, jobs and what may happen to them: for bar i3-4 and the tests of concurrency."""
