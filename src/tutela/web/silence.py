"""What every page of the desk says first where letters or alerts do not get out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tutela.hotline.alerts.queries import silence as silence_of
from tutela.hotline.people.access import judge, roles_of
from tutela.kernel.clock import SystemClock


def silence(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the desk: ``silence``, what does not get out; empty for who sees no desk."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated or not judge(roles_of(person), "see_desk").allowed:
        return {}
    return {"silence": silence_of(SystemClock().now())}
