"""The whole chain over the benign internet, in simulated weeks that end now: report, letter, removal."""
