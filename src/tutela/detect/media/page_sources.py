"""Where addresses stand inside attributes and style sheets: ``srcset``, ``url()``, a refresh. Pure text."""

from __future__ import annotations

import re
from typing import Final

#: Characters of a style sheet that are searched (our own: 1 MiB).
SEARCHED_MAX: Final = 1 << 20
#: Characters of one ``srcset``: some two hundred addresses (our own); reading it copies the rest each time.
SRCSET_MAX: Final = 1 << 14
_CSS_URL: Final = re.compile(
    r"""url\(\s*(?:"([^"\n]{1,8000})"|'([^'\n]{1,8000})'|([^"'()\s]{1,8000}))\s*\)""", re.IGNORECASE
)
#: Endings of what a style sheet names and nobody sees.
_NO_PICTURE: Final = (".css", ".woff", ".woff2", ".ttf", ".otf", ".eot")
_REFRESH: Final = re.compile(r"""\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?["']?([^"']*)""", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


def css_addresses(untrusted_style: str) -> list[str]:
    """Addresses of the pictures that a style sheet or a ``style`` attribute names, as they are written."""
    found = []
    for match in _CSS_URL.finditer(untrusted_style[:SEARCHED_MAX]):
        address = next((part for part in match.groups() if part), "").strip()
        if address and not address.split("?")[0].split("#")[0].lower().endswith(_NO_PICTURE):
            found.append(address)
    return found


def largest_of_srcset(untrusted_srcset: str) -> str:
    """The address with the largest width or density, or empty (HTML standard, section 2.1.4)."""
    best, best_size, rest = "", -1.0, untrusted_srcset[:SRCSET_MAX]
    while rest := rest.lstrip(" \t\n\r\f,"):
        address, *after = rest.split(None, 1)
        rest = after[0] if after else ""
        size = 1.0
        if address.endswith(","):
            address = address.rstrip(",")
        else:
            descriptor, _, rest = rest.partition(",")
            size = _size(descriptor)
        if address and size > best_size:
            best, best_size = address, size
    return best


def refresh_address(untrusted_content: str) -> str:
    """The address of a ``meta refresh``, or empty where the page only loads itself again."""
    head = untrusted_content[:SEARCHED_MAX]
    separator = re.search(r"[;,]", head)
    if separator is None:
        return ""
    found = _REFRESH.match(head[separator.start() :])
    return found.group(1).strip() if found else ""


def _size(untrusted_descriptor: str) -> float:
    """The width in pixels or the density, whichever is said; 1 where nothing is."""
    for word in untrusted_descriptor.split():
        number = word[:-1]
        if word[-1:] in ("w", "x") and _NUMBER.fullmatch(number):
            return float(number)
    return 1.0
