"""Where the guard and the person's page listen, as the set-up left it."""

from __future__ import annotations

from typing import Final

from tutela.prevent.guard.person.folder import PAGE_PORT, PORT, Folder

#: The address on which other devices reach nothing.
LOOPBACK: Final = "127.0.0.1"
#: The ports of the guard and of the person's page (decisions.md: ports).
GUARD: Final = 8704
PAGE: Final = 8705


def port_of(folder: Folder) -> int:
    """The port that browsers were sent to."""
    return _number(folder.read(PORT), GUARD)


def page_port_of(folder: Folder) -> int:
    """The port of the person's page."""
    return _number(folder.read(PAGE_PORT), PAGE)


def _number(said: bytes | None, otherwise: int) -> int:
    return int(said) if said and said.isdigit() else otherwise
