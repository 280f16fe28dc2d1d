"""The house as a whole: how it is founded, and what must be there before anything of it starts."""
