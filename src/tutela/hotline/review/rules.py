"""The rules in force: what the settings say, as Django was started with them."""

from __future__ import annotations

from django.conf import settings

from tutela.hotline.review.settings import ReviewRules


def rules_in_force() -> ReviewRules:
    """The rules of this process."""
    found: ReviewRules = settings.TUTELA_REVIEW
    return found
