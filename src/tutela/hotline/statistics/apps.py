"""The app ``statistics`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """The app ``statistics``: no table, no act, no job."""

    name = "tutela.hotline.statistics"
    label = "statistics"
