"""What each page of the staff's side declares: the act it stands for, or why it is open to everybody.

A page that declares nothing is refused to everybody (``people.gate``); a test walks all addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

#: A page: takes a request and what stands in its address.
View = Callable[..., HttpResponseBase]
#: Where a page carries its declaration.
_ATTRIBUTE = "tutela_route"
#: Methods that change nothing (RFC 9110, 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """The declaration of one page. ``write`` empty: the page takes no POST. ``open_because``: no account."""

    read: str = ""
    write: str = ""
    open_because: str = ""

    def act(self, method: str) -> str:
        """The act that a request of this method asks for; empty where the page does not take the method."""
        return self.read if method in SAFE_METHODS else self.write if method == "POST" else ""


def for_act(read: str, *, write: str = "") -> Callable[[View], View]:
    """A decorator: looking at the page is the act ``read``, sending its form the act ``write``."""
    return _declaring(Route(read=read, write=write))


def open_page(because: str) -> Callable[[View], View]:
    """A decorator for a page that needs no account, with the reason why."""
    return _declaring(Route(open_because=because))


def declared(view: object) -> Route | None:
    """What the page declares, or None."""
    return getattr(view, _ATTRIBUTE, None)


def _declaring(route: Route) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def page(*arguments: Any, **named: Any) -> HttpResponseBase:
            return view(*arguments, **named)

        setattr(page, _ATTRIBUTE, route)
        return page

    return decorate
