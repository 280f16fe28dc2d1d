"""The app ``people`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app ``people``."""

    name = "tutela.hotline.people"
    label = "people"
