"""What is told outside of the desk when somebody has to look: counts and words, and nothing of any case."""
