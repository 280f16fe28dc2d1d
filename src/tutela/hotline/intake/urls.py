"""Addresses of the public's pages. They have no slash at the end: they are read aloud and typed by hand."""

from __future__ import annotations

from django.urls import path

from tutela.hotline.intake import views

urlpatterns = [
    path("", views.first_page, name="first_page"),
    path("report", views.report, name="report"),
    path("receipt", views.receipt, name="receipt"),
]
