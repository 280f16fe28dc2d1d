"""Addresses of the pages about items."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.cases import views

urlpatterns: list[URLPattern] = [
    path("items/", views.items, name="items"),
    path("items/<untrusted_item>/", views.item, name="item"),
    path("items/<untrusted_item>/hold/", views.hold_of_item, name="hold_of_item"),
]
