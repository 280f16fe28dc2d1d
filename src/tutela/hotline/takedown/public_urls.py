"""Addresses of the public's page about notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.takedown import public_views

urlpatterns: list[URLPattern] = [path("verify/<untrusted_notice>", public_views.verify, name="verify")]
