"""Addresses of the pages about what came in."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.mailbox import views

urlpatterns: list[URLPattern] = [
    path("notices/<untrusted_notice>/answers/", views.answers, name="answers"),
]
