"""Address of the page of figures."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.statistics import views

urlpatterns: list[URLPattern] = [path("statistics/", views.statistics, name="statistics")]
