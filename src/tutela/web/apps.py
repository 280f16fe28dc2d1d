"""The app ``web`` as Django knows it: base templates and styles."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app ``web``."""

    name = "tutela.web"
    label = "web"
