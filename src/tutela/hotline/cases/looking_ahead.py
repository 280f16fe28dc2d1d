"""What the next act needs to know of a place, asked while the worker knows its address anyway.

The app that acts on what is known (``hotline.takedown``) registers how; the fetch asks once the bytes have
turned out to be proven, and hands the answer on to the act in the same job. So a known item is fetched once
and not twice before somebody is told. An answer of None: the act finds out by itself, in a job of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tutela.hotline.cases.equipment import Equipment
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import TutelaError
from tutela.kernel.fetcher.orders import Fetched
from tutela.kernel.log import get_logger

#: Finds out, of a place whose content was seen at a moment: the address, the machine met there (empty where
#: nobody knows it), when, the worker's tools. What it answers is its own business.
Ahead = Callable[["Place"], object]

_log = get_logger("cases")
_registered: list[Ahead] = []


class Place:
    """Where content was seen just now. Its address is known for this moment, and is never kept."""

    def __init__(self, answer: Fetched, at: datetime, tools: Equipment) -> None:
        """Raises UrlError for an answer that says of no address that it was asked."""
        self.url, self.machine = parse_url(answer.url), answer.asked_address
        self.at, self.tools = at, tools


def register_ahead(ahead: Ahead) -> None:
    """From now on it is asked; it takes the place of another."""
    _registered[:] = [ahead]


def look_ahead(answer: Fetched, at: datetime, tools: Equipment) -> object | None:
    """What whoever acts wants to know of the place; None where nobody asks, or it cannot be found out now."""
    try:
        return _registered[0](Place(answer, at, tools)) if _registered else None
    except (TutelaError, UrlError):
        _log.warning("ahead_unavailable")
        return None
