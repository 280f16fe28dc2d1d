"""Addresses of the pages about referrals and partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.partners import views

urlpatterns: list[URLPattern] = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/<untrusted_referral>/", views.referral, name="referral"),
    path("items/<untrusted_item>/refer/", views.refer, name="refer"),
    path("outcomes/", views.outcomes, name="outcomes"),
    path("partners/", views.partners, name="partners"),
]
