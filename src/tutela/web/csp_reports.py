"""Where browsers tell what the content policy stopped: counted, not kept, since it may quote a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tutela.hotline.routes import open_page
from tutela.kernel.log import get_logger

_log = get_logger("web")


@open_page("a browser sends reports without cookies, and nothing of them is kept")
@csrf_exempt
@require_POST
def receive(_request: HttpRequest) -> HttpResponse:
    """204. The body is not read: a report quotes addresses."""
    _log.warning("csp_report")
    return HttpResponse(status=204)
