"""The app ``review`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The app ``review``."""

    name = "tutela.hotline.review"
    label = "review"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and what it tells of items."""
        from tutela.hotline.cases.timeline import add_teller
        from tutela.hotline.cases.votes import tell_votes
        from tutela.hotline.review.acts import declare
        from tutela.hotline.review.ballots import votes_behind
        from tutela.hotline.review.timeline import tell

        declare()
        tell_votes(votes_behind)
        add_teller("review", tell)
