"""Where the guard and the person's page listen, as the set-up left it."""

from __future__ import annotations

from typing import Final

from tutela.prevent.guard.person.folder import PAGE_PORT, PORT, Folder
from tutela.prevent.guard.system.proxy_ways import OurProxy

#: The port of the person's page (decisions.md: ports).
PAGE: Final = 8705


def port_of(folder: Folder) -> int:
    """The port that browsers were sent to."""
    return _number(folder.read(PORT), OurProxy().port)


def page_port_of(folder: Folder) -> int:
    """The port of the person's page."""
    return _number(folder.read(PAGE_PORT), PAGE)


def _number(said: bytes | None, otherwise: int) -> int:
    return int(said) if said and said.isdigit() else otherwise
