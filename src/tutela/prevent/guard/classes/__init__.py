"""The slot for a classifier: its card, its weights, and the process of its own in which it runs."""
