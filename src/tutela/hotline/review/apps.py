"""The app ``review`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The app ``review``."""

    name = "tutela.hotline.review"
    label = "review"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and say whose word stands behind an item."""
        from tutela.hotline.cases.votes import tell_votes
        from tutela.hotline.review.acts import declare
        from tutela.hotline.review.ballots import votes_behind

        declare()
        tell_votes(votes_behind)
