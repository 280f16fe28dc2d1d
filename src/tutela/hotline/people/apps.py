"""The app ``people`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig, apps


class PeopleConfig(AppConfig):
    """The app ``people``."""

    name = "tutela.hotline.people"
    label = "people"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and listen to what allauth changes."""
        from tutela.hotline.people.acts import declare

        declare()
        if apps.is_installed("allauth.account"):
            from tutela.hotline.people import watching

            watching.listen()
