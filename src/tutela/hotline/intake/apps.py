"""The app ``intake`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app ``intake``."""

    name = "tutela.hotline.intake"
    label = "intake"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app."""
        from tutela.hotline.intake.acts import declare

        declare()
