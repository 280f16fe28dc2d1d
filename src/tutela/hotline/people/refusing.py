"""The page that says why something is refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def refusal(request: HttpRequest, reason: str) -> HttpResponse:
    """The page with the reason; 403, for that the page exists is no secret."""
    return render(request, "web/refused.html", {"reason": reason}, status=403)
