"""The table of hosts, for people to look at: on a terminal, and in the manual."""

from __future__ import annotations

from collections.abc import Iterator

from tutela.demo.world.album import GalleryKeeper
from tutela.demo.world.cast import CAST, GALLERY_HOST
from tutela.demo.world.misbehaving import MISBEHAVING
from tutela.demo.world.world import World

#: Widths of the columns of names, of addresses with their ports, and of mailboxes.
NAME_WIDTH, ADDRESS_WIDTH, DESK_WIDTH = 22, 22, 34


def hosts(world: World) -> Iterator[str]:
    """A line for each host of a running world, and where its services are."""
    for site in world.hosts.values():
        place = site.place
        at = f"{place.address}:{world.port}"
        yield f"{site.name:<{NAME_WIDTH}}{at:<{ADDRESS_WIDTH}}{place.abuse:<{DESK_WIDTH}}{about(site.name)}"
    for name in MISBEHAVING:
        at = f"{world.names.addresses(name)[0]}:{world.port}"
        yield f"{name:<{NAME_WIDTH}}{at:<{ADDRESS_WIDTH}}{'':<{DESK_WIDTH}}{_told(MISBEHAVING[name].__doc__)}"
    yield ""
    services = (("mail", world.mail), ("mailboxes (IMAP)", world.mailboxes), ("names", world.name_server))
    for what, (address, port) in services:
        yield f"{what:<{NAME_WIDTH}}{address}:{port}"
    for name, (address, port) in world.vantages.items():
        yield f"{'vantage ' + name:<{NAME_WIDTH}}{address}:{port} (SOCKS5)"
    yield f"{'registry':<{NAME_WIDTH}}{world.bootstrap_url}"


def about(host: str) -> str:
    """What is said of one host; empty for those that only help others."""
    if host == GALLERY_HOST:
        return GalleryKeeper.about
    found = [role for role in CAST if role.host == host]
    return found[0].note or found[0].character.about if found else ""


def cast_page() -> str:
    """The cast as a table of Markdown."""
    ends = {role.host: role.character.end if role.findable else "present" for role in CAST}
    rows = [f"| `{host}` | {about(host)} | `{end}` |" for host, end in ends.items()]
    rows.append(f"| `{GALLERY_HOST}` | {GalleryKeeper.about} | `{GalleryKeeper.end}` |")
    return "\n".join(["| host | what it does | how its places end |", "|---|---|---|", *rows])


def misbehaving_page() -> str:
    """The misbehaving servers as a table of Markdown."""
    rows = [f"| `{name}` | {_told(behaviour.__doc__)} |" for name, behaviour in MISBEHAVING.items()]
    return "\n".join(["| server | what it does |", "|---|---|", *rows])


def _told(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0].removesuffix(".")
