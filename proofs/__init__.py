"""The bars of each issue as scripts. ``make proofs BAR=i1-6 TIER=ci`` runs ``proofs/i1_06.py``."""
