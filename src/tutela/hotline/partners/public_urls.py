"""The address at which a partner says what became of a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.partners import public_views

urlpatterns: list[URLPattern] = [path("answer/<untrusted_token>", public_views.answer, name="answer")]
