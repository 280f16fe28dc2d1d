"""The app ``intake`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app ``intake``."""

    name = "tutela.hotline.intake"
    label = "intake"
