"""The opener: the one process that holds the unsealing key, and how the others ask it.

``orders`` is what is asked, ``serving`` does it in the opener's process, ``asking`` asks from another one.
Every opening is written down before a byte is released; where that fails, nothing is (threat model, Z4).
"""
