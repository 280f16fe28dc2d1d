"""The app ``intake`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app ``intake``."""

    name = "tutela.hotline.intake"
    label = "intake"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and its jobs."""
        from tutela.hotline.intake.acts import declare
        from tutela.hotline.intake.jobs import register_handlers

        declare()
        register_handlers()
