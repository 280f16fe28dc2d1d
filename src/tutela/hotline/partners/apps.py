"""The app ``partners`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The app ``partners``."""

    name = "tutela.hotline.partners"
    label = "partners"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app."""
        from tutela.hotline.partners.acts import declare

        declare()
