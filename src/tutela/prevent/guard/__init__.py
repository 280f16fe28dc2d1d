"""The guard that a person installs on their own device, by their own choice, and can remove. Being built.

Every picture that comes over the network is held until it is decided; undecided or failed means a
placeholder, never the picture. Nothing about a block is kept but a day, a path and a tier, or nothing.
``shapes`` has the nouns: what is decided about one picture (``Ruling``), and who decides (``Judge``).
"""
