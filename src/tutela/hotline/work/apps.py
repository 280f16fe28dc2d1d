"""The app ``work`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The app ``work``."""

    name = "tutela.hotline.work"
    label = "work"
