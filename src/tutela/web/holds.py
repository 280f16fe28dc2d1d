"""What the first page of the desk says of legal holds that somebody has to look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tutela.hotline.cases.holding import REVIEW_DAYS, holds_to_review
from tutela.hotline.people.access import check_may
from tutela.kernel.clock import SystemClock


def holds(request: HttpRequest) -> dict[str, Any]:
    """Context of the first page: ``holds``, how many, and ``hold_days``; empty for who sees no items."""
    person = getattr(request, "user", None)
    if person is None or request.path != reverse("desk") or not check_may(person, "see_items").allowed:
        return {}
    return {"holds": holds_to_review(SystemClock().now()), "hold_days": REVIEW_DAYS}
