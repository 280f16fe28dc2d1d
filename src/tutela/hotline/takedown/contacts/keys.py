"""What a contact is for, as the database may hold it.

A network number, a proxy's name, a country and the address of an abuse desk say nothing of a place; a host,
a site, an address or a network of one host does, and stands there only as a digest under the index key.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from tutela.hotline.cases.index_key import IndexKey
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.errors import Invalid
from tutela.share.notices.book import mail_key
from tutela.share.notices.places import NETWORK_NUMBER_MAX

#: Kinds of keys that stand in the clear, and those that are digested (``share.notices.book.place_keys``).
CLEAR: Final = frozenset({"as", "proxy", "mail", "country", "engine"})
DIGESTED: Final = frozenset({"host", "site", "address", "network"})
#: Characters of a proxy's or an engine's name, of a country, and of a host (RFC 1035, 2.3.4).
_COUNTRY = re.compile(r"[A-Z]{2}")
_PROXY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?|[0-9a-f:]+")


def stored_key(key: str, index: IndexKey) -> str:
    """The key as the database holds it: one that says where something was is digested."""
    kind = key.partition(":")[0]
    return key if kind in CLEAR else f"{kind}:{index.contact_digest(key)}"


def parse_key(untrusted_text: str) -> str:
    """The key that a person wrote, such as ``as:64500``. Raises Invalid for what is none."""
    kind, colon, text = untrusted_text.strip().partition(":")
    kind, text = kind.strip().lower(), text.strip()
    if not colon or kind not in CLEAR | DIGESTED or not text:
        raise Invalid(
            "a contact is for host:NAME, site:NAME, address:ADDRESS, network:FIRST-LAST, proxy:NAME, "
            "as:NUMBER, mail:ADDRESS, country:CODE or engine:NAME",
            field="key",
        )
    try:
        return _checked(kind, text)
    except ValueError as error:
        raise Invalid(f"this is no {kind} that a contact could be for", field="key") from error


def _checked(kind: str, text: str) -> str:
    """The key in the one way in which look-ups write it. Raises ValueError."""
    if kind == "as":
        number = int(text.upper().removeprefix("AS"))
        if not 0 < number <= NETWORK_NUMBER_MAX:
            raise ValueError("a network number is 1 to 4294967295")
        return f"as:{number}"
    if kind == "mail":
        return mail_key(str(parse_mail_address(text)))
    if kind == "address":
        return f"address:{ipaddress.ip_address(text)}"
    if kind == "network":
        first, _, last = text.partition("-")
        return f"network:{ipaddress.ip_address(first.strip())}-{ipaddress.ip_address(last.strip())}"
    if kind == "country":
        return f"country:{_matching(_COUNTRY, text.upper())}"
    if kind in ("proxy", "engine"):
        return f"{kind}:{_matching(_PROXY, text)}"
    return f"{kind}:{_matching(_HOST, text.lower()).rstrip('.')}"


def _matching(shape: re.Pattern[str], text: str) -> str:
    if not shape.fullmatch(text):
        raise ValueError("it is written otherwise")
    return text
