"""Whom an answer names for abuse: the walk over roles, without what registries write for themselves.

The order is that of standards 10c.1: the abuse role, else technical, registrant, administrative; for a
registrar the abuse contact below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutela.share.notices.jcards import Way
from tutela.share.notices.places import site_of
from tutela.share.notices.rdap import Entity

#: Roles that are asked in turn (RFC 9083 section 10.2.4). Of a network the technical contact comes second
#: (standards 10c.1, step 3); of a name it is mostly the registrar's, so there it comes last.
ABUSE = "abuse"
OF_A_NETWORK = (ABUSE, "technical", "registrant", "administrative")
OF_A_NAME = (ABUSE, "registrant", "administrative", "technical")
REGISTRAR = "registrar"
#: Contacts that one answer may name (our own: an answer with fifty would be a way to shout).
CONTACTS_MAX = 5
#: Registries themselves: they stand in many answers and take nothing down (the five regional registries,
#: their national ones, IANA and ICANN).
REGISTRIES = frozenset(
    {"ripe.net", "arin.net", "apnic.net", "lacnic.net", "afrinic.net", "nro.net", "iana.org", "icann.org"}
    | {"nic.ad.jp", "twnic.tw", "nida.or.kr", "kisa.or.kr", "cnnic.cn", "idnic.net", "vnnic.vn", "irinn.in"}
)
#: Mailboxes that nobody reads, and what stands where a registry left an address out (RFC 9537).
UNREAD = frozenset(
    {"noreply", "no-reply", "donotreply", "do-not-reply", "no-email", "nobody", "redacted", "privacy"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A way to reach somebody, and as what they are named. ``role`` is empty outside a registry's answer."""

    way: Way
    role: str
    organisation: str
    country: str = ""
    languages: tuple[str, ...] = ()


def abuse_contacts(entities: Sequence[Entity]) -> tuple[Named, ...]:
    """Whom a network or its number names; those of the first role that has anybody."""
    return _first_role(entities, OF_A_NETWORK)


def registrar_contacts(entities: Sequence[Entity]) -> tuple[Named, ...]:
    """The abuse contact of the registrar, or else the registrar as such."""
    registrars = [entity for entity in entities if REGISTRAR in entity.roles]
    name = _called(entities, REGISTRAR)
    below = [entity for entity in entities if any(entity.lies_under(one) for one in registrars)]
    found = [one for entity in [*registrars, *below] for one in _named(entity, ABUSE, name)]
    found = found or [one for entity in registrars for one in _named(entity, REGISTRAR, name)]
    return tuple(found[:CONTACTS_MAX])


def owner_contacts(entities: Sequence[Entity]) -> tuple[Named, ...]:
    """Whom a registered name names for itself, the registrar and its people left out."""
    registrars = [entity for entity in entities if REGISTRAR in entity.roles]
    own = [
        entity
        for entity in entities
        if entity not in registrars and not any(entity.lies_under(one) for one in registrars)
    ]
    return _first_role(own, OF_A_NAME)


def shortened(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Abuse contacts of whom only a link is there: some registries shorten what is nested."""
    return tuple(
        one for one in entities if ABUSE in one.roles and not one.card.ways and one.untrusted_more_url
    )


def is_boilerplate(way: Way) -> bool:
    """Whether a mailbox is a registry's own, or one that nobody reads."""
    if way.kind != "mail":
        return False
    local, _, domain = way.address.rpartition("@")
    return local.lower() in UNREAD or domain in REGISTRIES or site_of(domain).registered in REGISTRIES


def _first_role(entities: Sequence[Entity], roles: Sequence[str]) -> tuple[Named, ...]:
    holder = _called(entities, "registrant")
    for role in roles:
        found = [one for entity in entities for one in _named(entity, role, holder)]
        if found:
            return tuple(found[:CONTACTS_MAX])
    return ()


def _named(entity: Entity, role: str, organisation: str) -> Iterator[Named]:
    """The ways of an entity in this role; forms of an abuse contact only: others link to their front page."""
    if role not in entity.roles:
        return
    for way in entity.card.ways:
        if not is_boilerplate(way) and (way.kind == "mail" or role == ABUSE):
            yield Named(
                way=way,
                role=role,
                organisation=organisation or entity.card.called,
                country=entity.card.country,
                languages=entity.card.languages,
            )


def _called(entities: Sequence[Entity], role: str) -> str:
    return next((name for one in entities if role in one.roles and (name := one.card.called)), "")
