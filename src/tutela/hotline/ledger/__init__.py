"""The append-only ledger: what was done, by whom, when; its rows are the leaves of the transparency log."""
