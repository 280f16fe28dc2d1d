"""Who lives in the benign internet: every host with its character, its place and what is planted on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tutela.demo.world import characters, disguises
from tutela.demo.world.album import FILMS, LINKED, PICTURES, Gallery, gallery_items
from tutela.demo.world.characters import Character
from tutela.demo.world.contents import suffix_of
from tutela.demo.world.planted import Item, Kind
from tutela.demo.world.sites import Place, Site

#: What is planted on a host: two of each kind that needs telling, and one that does not.
FULL: tuple[Kind, ...] = ("known", "known", "altered", "altered", "unknown", "harmless")
#: What is planted where nobody who is told can do anything, or whoever is told is the wrong one.
FEW: tuple[Kind, ...] = ("known", "unknown")
#: How the altered copies are altered, in turn (names of ``demo.copies``): PDQ finds each at this size.
ALTERATIONS = ("JPEG", "turned 90 degrees", "WebP", "mirrored", "palette PNG", "grey")
#: The proxy in front of a host: where the name leads, and whose desk hands letters on.
PROXY_HOST, PROXY_ABUSE = "proxy.test", "abuse@proxy.test"
#: The page that has to be named as referrer, and the host that takes in what another one was told to remove.
DOOR_HOST, CELLAR_HOST, GALLERY_HOST = "door.test", "cellar.test", "gallery.test"
#: Hosts of which the registry is down, and of which it is busy at the first question.
REGISTRY_DOWN, REGISTRY_BUSY = frozenset({"unlisted.test"}), frozenset({"busy-registry.test"})
#: Seeds of one world; the next one's begin behind them.
SEED_FIRST, SEED_SPAN, HOST_SPAN, GALLERY_SPAN = 70_000, 100_000, 100, 50_000
#: Network number of the host whose address ends in 0: private use (RFC 6996 section 5).
FIRST_NETWORK = 64_512
#: Last byte of the first host's address, and of the proxy's.
FIRST_ADDRESS, PROXY_ADDRESS = 10, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One host of the cast before it has a place. Without ``abuse`` its registry names its own hoster."""

    host: str
    character: type[Character]
    country: str
    kinds: tuple[Kind, ...] = FULL
    abuse: str = ""
    note: str = ""
    findable: bool = True


def _role(host: str, character: type[Character], country: str) -> Role:
    return Role(host=host, character=character, country=country)


#: Every host with a character. Countries are those whose languages notices are written in, and others.
CAST: tuple[Role, ...] = (
    _role("obedient.test", characters.Obedient, "NL"),
    _role("slow.test", characters.Slow, "FR"),
    _role("reencodes.test", disguises.Reencodes, "DE"),
    _role("says-removed.test", disguises.SaysRemoved, "ES"),
    _role("geo.test", disguises.GeoBlocks, "PT"),
    _role("bot-wall.test", disguises.BotWall, "GB"),
    _role("parks.test", disguises.Parks, "US"),
    _role("moves.test", disguises.Moves, "BR"),
    _role("comes-back.test", disguises.ComesBack, "CA"),
    _role("silent.test", characters.Silent, "RO"),
    _role("referrer.test", disguises.NeedsReferrer, "JP"),
    _role("form.test", characters.FormOnly, "IE"),
    replace(
        _role("behind-proxy.test", characters.Obedient, "US"),
        abuse=PROXY_ABUSE,
        note="its name leads to a proxy, whose desk hands letters on to the hoster an hour later",
    ),
    replace(
        _role("liar.test", characters.Obedient, "BG"),
        kinds=FEW,
        abuse="abuse@elsewhere.test",
        findable=False,
        note="its registry names the desk of another network, which says so",
    ),
    replace(
        _role("own-contact.test", characters.Obedient, "UA"),
        kinds=FEW,
        abuse="owner@own-contact.test",
        findable=False,
        note="its registry names the owner of the site as contact, who does nothing",
    ),
    replace(
        _role("unlisted.test", characters.Obedient, "MD"),
        kinds=FEW,
        findable=False,
        note="its registry is down (503)",
    ),
    replace(
        _role("busy-registry.test", characters.Obedient, "SE"),
        kinds=FEW,
        note="its registry asks to come again (429) at the first question",
    ),
    replace(
        _role("bounces.test", characters.Silent, "PL"),
        kinds=FEW,
        note="its desk's mailbox takes letters and sends them back",
    ),
)


def build_sites(
    seed: int, port: int, *, gallery: tuple[int, int, int] = (PICTURES, FILMS, LINKED)
) -> tuple[Site, ...]:
    """Every host of the cast, the gallery, and the hosts that only help others to hide, in that order.

    ``gallery``: at most so many pictures, films, and pictures of the one behind it.
    """
    base = SEED_FIRST + seed * SEED_SPAN
    sites = [_site(number, role, base, port) for number, role in enumerate(CAST)]
    moving = next(site for site in sites if isinstance(site.character, disguises.Moves))
    hidden = [
        replace(item, host=CELLAR_HOST, name=f"{CELLAR_HOST}{item.path}", kind="moved")
        for item in moving.items
    ]
    later = FIRST_ADDRESS + len(CAST)
    pictures, films, linked = gallery
    album = gallery_items(GALLERY_HOST, base + GALLERY_SPAN, pictures=pictures, films=films, linked=linked)
    return (
        *sites,
        Gallery(place_of(GALLERY_HOST, later, "LU"), tuple(album)),
        Site(place_of(CELLAR_HOST, later + 1, "MD"), characters.Silent(), hidden),
        Door(place_of(DOOR_HOST, later + 2, "JP"), port),
    )


def place_of(host: str, number: int, country: str, *, abuse: str = "") -> Place:
    """Where a host stands; ``number`` is its address's last byte. Without ``abuse``, its own hoster's."""
    own = f"abuse@{host.removesuffix('.test')}-hosting.test"
    return Place(
        host=host,
        address=f"127.77.0.{number}",
        country=country,
        abuse=abuse or own,
        hoster=own,
        owner=f"owner@{host}",
        network=FIRST_NETWORK + number,
    )


class Door(Site):
    """The page that leads to the host that wants a referrer."""

    def __init__(self, place: Place, port: int) -> None:
        super().__init__(place, characters.Silent(), ())
        self._port = port

    def _album(self, request: object, now: object) -> Iterator[str]:
        yield f'<a href="http://referrer.test:{self._port}/">An album</a>'


def _site(number: int, role: Role, base: int, port: int) -> Site:
    proxied = role.abuse == PROXY_ABUSE
    last = PROXY_ADDRESS if proxied else FIRST_ADDRESS + number
    place = replace(place_of(role.host, last, role.country, abuse=role.abuse), findable=role.findable)
    if proxied:
        place = replace(place, headers=(("Server", "proxy"), ("Via", f"1.1 {PROXY_HOST}")))
    referrer = f"http://{DOOR_HOST}:{port}/" if role.character is disguises.NeedsReferrer else ""
    items = [
        _item(role.host, place_number, kind, base + number * HOST_SPAN, referrer)
        for place_number, kind in enumerate(role.kinds)
    ]
    return Site(place, role.character(), items)


def _item(host: str, number: int, kind: Kind, base: int, referrer: str) -> Item:
    making = ALTERATIONS[(base // HOST_SPAN + number) % len(ALTERATIONS)] if kind == "altered" else "original"
    return Item(
        name=f"{host}/{kind}-{number}",
        host=host,
        path=f"/files/{base + number}{suffix_of(making)}",
        kind=kind,
        seed=base + number,
        making=making,
        referrer=referrer,
    )
