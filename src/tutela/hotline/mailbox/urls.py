"""Addresses of the pages about what came in."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.mailbox import views
from tutela.hotline.mailbox.reports import views as reports

urlpatterns: list[URLPattern] = [
    path("notices/<untrusted_notice>/answers/", views.answers, name="answers"),
    path("reports-by-mail/", reports.reports_by_mail, name="reports_by_mail"),
]
