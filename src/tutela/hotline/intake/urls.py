"""Addresses of the public's pages. They have no slash at the end: they are read aloud and typed by hand."""

from __future__ import annotations

from django.urls import path

from tutela.hotline.intake import api_views, own_pages, receipt_views, views

urlpatterns = [
    path("", views.first_page, name="first_page"),
    path("report", views.report, name="report"),
    path("me", views.me, name="me"),
    path("threat", views.threat, name="threat"),
    path("else", views.something_else, name="something_else"),
    path("receipt", receipt_views.receipt, name="receipt"),
    path("help", views.help_page, name="help"),
    path("privacy", own_pages.privacy, name="privacy"),
    path("imprint", own_pages.imprint, name="imprint"),
    path("button", views.button, name="button"),
    path("t", api_views.self_report, name="self_report"),
    path("api/reports", api_views.reports, name="api_reports"),
    path("api/self-reports", api_views.self_reports, name="api_self_reports"),
    path("leave", views.leave, name="leave"),
]
