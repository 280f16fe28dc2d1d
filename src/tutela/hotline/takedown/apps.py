"""The app ``takedown`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class TakedownConfig(AppConfig):
    """The app ``takedown``."""

    name = "tutela.hotline.takedown"
    label = "takedown"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, its jobs, and what it tells of items."""
        from tutela.hotline.cases.actions.emptying import add_need
        from tutela.hotline.cases.timeline import add_teller
        from tutela.hotline.takedown.acts import declare
        from tutela.hotline.takedown.hastening import register_handlers as register_hastening
        from tutela.hotline.takedown.jobs import register_handlers
        from tutela.hotline.takedown.queries import is_on_its_way
        from tutela.hotline.takedown.second_looking import register_handlers as register_second_looks
        from tutela.hotline.takedown.timeline import tell

        declare()
        register_handlers()
        register_second_looks()
        register_hastening()
        add_teller("takedown", tell)
        add_need("takedown", is_on_its_way)
