"""The app ``alerts`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The app ``alerts``."""

    name = "tutela.hotline.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Let the log know this app's words."""
        from tutela.hotline.alerts.kinds import declare

        declare()
