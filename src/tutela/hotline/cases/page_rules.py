"""The bounds in force at the desk: what the settings say of pages, as Django was started with them.

A worker has them with the rest of its equipment (``equipment``).
"""

from __future__ import annotations

from django.conf import settings

from tutela.hotline.cases.page_plan import PageRules


def page_rules_in_force() -> PageRules:
    """The bounds of this process."""
    found: PageRules = settings.TUTELA_PAGES
    return found
