"""Addresses of the assessment desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.review import views
from tutela.hotline.review.visit_pages import visit_page

urlpatterns: list[URLPattern] = [
    path("review/", views.queue, name="review"),
    path("review/mine/", views.mine, name="review_mine"),
    path("review/visit/<untrusted_item>/", visit_page, name="review_visit"),
    path("review/second/", views.seconds, name="review_seconds"),
    path("review/second/<untrusted_item>/", views.second, name="review_second"),
]
