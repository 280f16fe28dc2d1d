"""Who is vouched for: without it nobody's vote counts where a consequence needs more than one person.

``roster`` is the signed list of colleagues, ``rule`` the rule, ``queries`` and ``actions`` what the desk asks
and writes. Why it is so: docs/explanation/vouching.md.
"""
