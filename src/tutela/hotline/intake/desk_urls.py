"""Addresses of the staff's pages about reports."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.intake import desk_views

urlpatterns: list[URLPattern] = [
    path("reports/", desk_views.reports, name="reports"),
    path("reports/<untrusted_report>/", desk_views.report, name="desk_report"),
]
