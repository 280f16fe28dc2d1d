"""What every page of the desk says first where letters or alerts do not get out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tutela.hotline.alerts.queries import silence as silence_of
from tutela.hotline.people.access import check_may
from tutela.kernel.clock import SystemClock


def silence(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the desk: ``silence``, what does not get out; empty for who sees no desk."""
    person = getattr(request, "user", None)
    if person is None or not check_may(person, "see_desk").allowed:
        return {}
    return {"silence": silence_of(SystemClock().now())}
