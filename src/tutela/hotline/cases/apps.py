"""The app ``cases`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app ``cases``."""

    name = "tutela.hotline.cases"
    label = "cases"
