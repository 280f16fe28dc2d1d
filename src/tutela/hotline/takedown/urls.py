"""Addresses of the pages about notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.takedown import views

urlpatterns: list[URLPattern] = [
    path("notices/", views.notices, name="notices"),
    path("notices/<untrusted_notice>/", views.notice, name="notice"),
    path("recipients/", views.recipients, name="recipients"),
]
