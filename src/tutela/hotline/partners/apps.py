"""The app ``partners`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The app ``partners``."""

    name = "tutela.hotline.partners"
    label = "partners"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and what it tells of items."""
        from tutela.hotline.cases.timeline import add_teller
        from tutela.hotline.partners.acts import declare
        from tutela.hotline.partners.timeline import tell

        declare()
        add_teller("partners", tell)
