"""The fetcher: the one process that meets the internet, and how the others ask it.

``orders`` is what is asked and answered, ``keeping`` seals the bytes while they pass, ``serving`` does it in
the fetcher's process, ``asking`` asks from another one. It holds public keys only: it can write into the
vault and open nothing there (threat model, Z3).
"""
