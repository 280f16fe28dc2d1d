"""Where browsers tell what the content policy stopped: counted, not kept, since it may quote a page."""

from __future__ import annotations

import threading
import time

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tutela.hotline.routes import open_page
from tutela.kernel.log import get_logger

#: Bytes of the largest report that is taken: browsers send some hundred (our own).
REPORT_BYTES_MAX = 65_536
#: Seconds between two lines of the log: who sends many fills no disk (our own).
LINE_SECONDS = 60.0
_log = get_logger("web")


class _Counter:
    """How many came since the last line of the log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count, self._next_seconds = 0, 0.0

    def add(self, now_seconds: float) -> int:
        """How many to speak of now; 0 where the last line is too young."""
        with self._lock:
            self._count += 1
            if now_seconds < self._next_seconds:
                return 0
            told, self._count = self._count, 0
            self._next_seconds = now_seconds + LINE_SECONDS
            return told


_counter = _Counter()


@open_page("a browser sends reports without cookies, and nothing of them is kept")
@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """204, or 413 for one that is too large. The body is not read: a report quotes addresses."""
    told = _counter.add(time.monotonic())
    if told:
        _log.warning("csp_report", reports=told)
    return HttpResponse(status=413 if _size_bytes(request) > REPORT_BYTES_MAX else 204)


def _size_bytes(request: HttpRequest) -> int:
    """The size as the sender says it; one that says none sends nothing that is read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() else REPORT_BYTES_MAX + 1
