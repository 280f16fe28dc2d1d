"""The app ``intake`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app ``intake``."""

    name = "tutela.hotline.intake"
    label = "intake"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, its jobs, and what it tells of items."""
        from tutela.hotline.cases.timeline import add_teller
        from tutela.hotline.intake.acts import declare
        from tutela.hotline.intake.jobs import register_handlers
        from tutela.hotline.intake.timeline import tell

        declare()
        register_handlers()
        add_teller("intake", tell)
