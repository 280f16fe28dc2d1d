"""Root addresses of the desk's tree. Every page declares its act (hotline.routes), or is refused."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tutela.hotline.routes import open_page
from tutela.web import asset_files, csp_reports

handler400 = "tutela.web.faults.bad_request"
handler403 = "tutela.web.faults.forbidden"
handler404 = "tutela.web.faults.missing"
#: Asked by allauth: attempts are limited.
handler429 = "tutela.web.faults.too_many"
handler500 = "tutela.web.faults.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tutela.hotline.people.urls")),
    path("", include("tutela.hotline.work.urls")),
    path("", include("tutela.hotline.cases.urls")),
    path("", include("tutela.hotline.intake.desk_urls")),
    path("", include("tutela.hotline.review.urls")),
    path("", include("tutela.hotline.takedown.urls")),
    path("", include("tutela.hotline.mailbox.urls")),
    path("", include("tutela.hotline.partners.urls")),
    path("", include("tutela.hotline.statistics.urls")),
    path("assets/<untrusted_version>/<untrusted_name>", asset_files.serve, name="asset"),
    path("csp-report/", csp_reports.receive, name="csp_report"),
    path(
        "language/",
        open_page("the sign-in page can be read in other languages too")(set_language),
        name="set_language",
    ),
]
