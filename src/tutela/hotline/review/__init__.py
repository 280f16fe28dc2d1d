"""Looking at items: who has which before them, what they saw and for how long, and what they say it is."""
