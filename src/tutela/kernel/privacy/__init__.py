"""Differential privacy on what is published: noise that is exact, and a ledger of what was spent.

* ``laplace``: whole noise with exactly the stated distribution, from the system's random source
* ``ledger``: what each release cost, and the total that none may pass

OpenDP has the same mechanism and much more. It is not used: 264 MB and pins of its own (decisions.md section
6), for one mechanism whose sampler is thirty lines that a reader can check against its exact distribution.
"""
