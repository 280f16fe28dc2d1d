"""Addresses of the pages about jobs."""

from __future__ import annotations

from django.urls import URLPattern, path

from tutela.hotline.work import views

urlpatterns: list[URLPattern] = [
    path("jobs/", views.jobs, name="work"),
    path("jobs/<untrusted_job>/", views.job, name="job"),
]
