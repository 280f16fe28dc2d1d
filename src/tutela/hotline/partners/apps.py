"""The app ``partners`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The app ``partners``."""

    name = "tutela.hotline.partners"
    label = "partners"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and what it tells of items."""
        from tutela.hotline.cases.actions.emptying import add_need
        from tutela.hotline.cases.timeline import add_teller
        from tutela.hotline.partners.acts import declare
        from tutela.hotline.partners.timeline import tell
        from tutela.hotline.partners.unfinished import is_on_its_way

        declare()
        add_teller("partners", tell)
        add_need("partners", is_on_its_way)
