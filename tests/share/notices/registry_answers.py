"""Answers as registries give them, small and benign, for the tests of whoever reads them."""

from __future__ import annotations

import json
from typing import Any

from tutela.share.notices.bootstrap import Bootstrap, build_bootstrap

#: Where the registries of these tests are.
NUMBERS, NAMES = "https://rdap.numbers.test/", "https://rdap.names.test/v1/"
ADDRESS = "198.51.100.7"
HOST = "pictures.site.test"
URL = f"https://{HOST}/a.jpg"
NETWORK_URL, DOMAIN_URL, NUMBER_URL = (
    f"{NUMBERS}ip/{ADDRESS}",
    f"{NAMES}domain/site.test",
    f"{NUMBERS}autnum/64500",
)


def bootstrap() -> Bootstrap:
    """A registry of numbers and one of names."""
    documents = {
        "ipv4": [[["198.51.100.0/24", "203.0.113.0/24"], [NUMBERS]]],
        "ipv6": [[["2001:db8::/32"], [NUMBERS]]],
        "asn": [[["64496-64511"], [NUMBERS]]],
        "dns": [[["test"], [NAMES]]],
    }
    return build_bootstrap({kind: document(services) for kind, services in documents.items()})


def document(services: Any) -> dict[str, Any]:
    """A bootstrap file as IANA publishes it."""
    return {
        "version": "1.0",
        "publication": "2026-01-02T03:04:05Z",
        "description": "for tests",
        "services": services,
    }


def card(*mails: str, name: str = "", org: str = "", country: str = "", form: str = "") -> list[Any]:
    """A jCard."""
    rows: list[Any] = [["version", {}, "text", "4.0"]]
    rows += [["fn", {}, "text", name]] if name else []
    rows += [["org", {}, "text", org]] if org else []
    rows += [["email", {"pref": str(at)}, "text", mail] for at, mail in enumerate(mails, start=1)]
    rows += [["contact-uri", {}, "uri", form]] if form else []
    rows += [["adr", {"cc": country}, "text", ["", "", "", "", "", "", ""]]] if country else []
    return ["vcard", rows]


def entity(
    *roles: str, mails: tuple[str, ...] = (), below: tuple[Any, ...] = (), **more: Any
) -> dict[str, Any]:
    """Somebody with roles."""
    return {
        "objectClassName": "entity",
        "roles": list(roles),
        "vcardArray": card(*mails, **more),
        "entities": list(below),
    }


def network(*entities: Any, first: str = "198.51.100.0", last: str = "198.51.100.255", **more: Any) -> bytes:
    """A network."""
    return _body(
        {
            "objectClassName": "ip network",
            "startAddress": first,
            "endAddress": last,
            "name": "EXAMPLE-NET",
            "country": "NL",
            "entities": list(entities),
            **more,
        }
    )


def domain(*entities: Any, name: str = "site.test") -> bytes:
    """A registered name."""
    return _body({"objectClassName": "domain", "ldhName": name, "entities": list(entities)})


def number(*entities: Any, first: int = 64500, last: int = 64500) -> bytes:
    """An autonomous system."""
    row = {"objectClassName": "autnum", "startAutnum": first, "endAutnum": last, "name": "UP-AS"}
    return _body({**row, "entities": list(entities)})


def hoster() -> bytes:
    """A network as most are: a holder, and its abuse desk below it."""
    desk = entity("abuse", mails=("abuse@hoster.test",), name="Abuse desk")
    return network(entity("registrant", org="Hoster BV", mails=("office@hoster.test",), below=(desk,)))


def sold() -> bytes:
    """A name as most are: a registrar with an abuse desk, a holder whose address was left out."""
    desk = entity("abuse", mails=("abuse@registrar.test",), name="Abuse")
    return domain(entity("registrar", org="Registrar Ltd", below=(desk,)), entity("registrant"))


def _body(row: dict[str, Any]) -> bytes:
    return json.dumps(row).encode()
