"""The objects that a registry answers with (RFC 9083), made from where a host stands."""

from __future__ import annotations

from typing import Any

from tutela.demo.world.sites import Place

#: Media type of a registry's answers (RFC 7480 section 4.2).
RDAP_TYPE = "application/rdap+json"
#: The network around all hosts, whom its entry names, and the registrar of all names.
WHOLE_NETWORK, UPSTREAM, REGISTRAR = "127.77.0.0/24", "abuse@transit.test", "abuse@registrar.test"
#: Its number, of those for documentation (RFC 5398).
UPSTREAM_NETWORK = 64_499
#: When every name and network was registered.
REGISTERED = "2020-01-01T00:00:00Z"
#: An object as JSON has it.
RdapObject = dict[str, Any]


def network_object(place: Place | None, base: str) -> RdapObject:
    """The network of one host, or the one around all of them."""
    if place is None:
        start, end, contact, prefix, length = "127.77.0.0", "127.77.0.255", UPSTREAM, "127.77.0.0", 24
    else:
        start = end = prefix = place.address
        contact, length = place.abuse, 32
    found = {
        "objectClassName": "ip network",
        "handle": f"NET-{prefix.replace('.', '-')}",
        "startAddress": start,
        "endAddress": end,
        "ipVersion": "v4",
        "name": f"NET-{contact.partition('@')[2].upper().replace('.', '-')}",
        "type": "ASSIGNED" if place else "ALLOCATION",
        "country": place.country if place else "NL",
        "parentHandle": "NET-127-77-0-0" if place else "NET-127-0-0-0",
        "status": ["active"],
        "cidr0_cidrs": [{"v4prefix": prefix, "length": length}],
        "arin_originas0_originautnums": [place.network if place else UPSTREAM_NETWORK],
        "entities": [_holder(contact, "registrant", base)],
    }
    return _with_facts(found, base, f"ip/{prefix}/{length}", up=f"ip/{WHOLE_NETWORK}" if place else "")


def domain_object(place: Place, base: str) -> RdapObject:
    """The name of one host: its registrar, not its hoster."""
    found = {
        "objectClassName": "domain",
        "handle": f"DOM-{place.host.upper()}",
        "ldhName": place.host,
        "status": ["active"],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "names.test"}],
        "secureDNS": {"delegationSigned": False},
        "entities": [_holder(REGISTRAR, "registrar", base)],
    }
    return _with_facts(found, base, f"domain/{place.host}")


def number_object(place: Place, base: str) -> RdapObject:
    """The number of a host's network."""
    found = {
        "objectClassName": "autnum",
        "handle": f"AS{place.network}",
        "startAutnum": place.network,
        "endAutnum": place.network,
        "name": f"AS-{place.host.partition('.')[0].upper()}",
        "country": place.country,
        "status": ["active"],
        "entities": [_holder(place.abuse, "registrant", base)],
    }
    return _with_facts(found, base, f"autnum/{place.network}")


def _holder(contact: str, role: str, base: str) -> RdapObject:
    """Whoever holds it; the abuse desk lies one level deeper, as most registries have it."""
    holder = contact.partition("@")[2]
    return {
        "objectClassName": "entity",
        "handle": f"ORG-{holder.upper().replace('.', '-')}-TEST",
        "roles": [role],
        "vcardArray": _card(holder, "org", ""),
        "entities": [_entity(contact, "abuse", base)],
    }


def entity_object(contact: str, base: str) -> RdapObject:
    """An entity of its own."""
    return _with_facts(_entity(contact, "abuse", base), base, f"entity/{handle_of(contact)}")


def _entity(contact: str, role: str, base: str) -> RdapObject:
    handle = handle_of(contact)
    return {
        "objectClassName": "entity",
        "handle": handle,
        "roles": [role],
        "vcardArray": _card(f"Abuse desk of {contact.partition('@')[2]}", "group", contact),
        "links": [{"rel": "self", "href": f"{base}entity/{handle}", "type": RDAP_TYPE}],
    }


def _card(name: str, kind: str, contact: str) -> list[Any]:
    """A contact as jCard (RFC 7095)."""
    lines: list[Any] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["kind", {}, "text", kind]]
    if contact:
        lines.append(["email", {"type": "work"}, "text", contact])
    return ["vcard", lines]


def handle_of(contact: str) -> str:
    """The handle of the entity with this address."""
    return contact.upper().replace("@", "-").replace(".", "-") + "-TEST"


def _with_facts(found: RdapObject, base: str, path: str, *, up: str = "") -> RdapObject:
    """The object with what every answer carries."""
    links = [{"rel": "self", "href": base + path, "type": RDAP_TYPE}]
    if up:
        links.append({"rel": "up", "href": base + up, "type": RDAP_TYPE})
    return {
        "rdapConformance": ["rdap_level_0", "cidr0", "arin_originas0"],
        "lang": "en",
        "events": [{"eventAction": "registration", "eventDate": REGISTERED}],
        "links": links,
        **found,
    }
