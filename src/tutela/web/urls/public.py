"""Root addresses of the public's tree."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tutela.web import asset_files, csp_reports

handler400 = "tutela.hotline.intake.faults.bad_request"
handler404 = "tutela.hotline.intake.faults.missing"
handler500 = "tutela.hotline.intake.faults.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tutela.hotline.intake.urls")),
    path("", include("tutela.hotline.takedown.public_urls")),
    path("", include("tutela.hotline.partners.public_urls")),
    path("assets/<untrusted_version>/<untrusted_name>", asset_files.serve, name="asset"),
    path("csp-report/", csp_reports.receive, name="csp_report"),
]
