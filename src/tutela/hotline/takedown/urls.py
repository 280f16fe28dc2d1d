"""Addresses of the pages about notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.takedown import views
from tutela.hotline.takedown.contacts import views as contacts_views

urlpatterns: list[URLPattern] = [
    path("notices/", views.notices, name="notices"),
    path("notices/<untrusted_notice>/", views.notice, name="notice"),
    path("notices/<untrusted_notice>/order/", views.order, name="order"),
    path("contacts/", contacts_views.contacts, name="contacts"),
    path("by-hand/", contacts_views.by_hand, name="by_hand"),
    path("by-hand/<untrusted_form>/", contacts_views.one_form, name="one_form"),
    path("recipients/", views.recipients, name="recipients"),
]
