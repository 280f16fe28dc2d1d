"""What may not be inside an SVG that is passed on: its vectors are drawn without having been ruled.

A script from elsewhere could draw anything, and an entity can hide an address in pieces.
"""

from __future__ import annotations

import re
from typing import Final

#: A script element with a reference that is no ``data:`` address (that one is looked into).
_SCRIPT: Final = re.compile(rb"<(?:[a-z0-9_-]{1,40}:)?script\b([^>]{0,2000})", re.IGNORECASE)
_REFERENCE: Final = re.compile(
    rb"(?:\bhref|\bsrc)\s{0,20}=\s{0,20}[\"']?\s{0,20}(?!data:)[^\s\"'>]", re.IGNORECASE
)
#: A style sheet or a document from elsewhere, drawn into the picture.
_FOREIGN: Final = re.compile(
    rb"<\?xml-stylesheet[^>]{0,2000}?href\s{0,20}=\s{0,20}[\"']\s{0,20}(?!#|data:)"
    rb"|<(?:[a-z0-9_-]{1,40}:)?(?:iframe|object|embed)\b",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DRAWS: Final = re.compile(rb"<(?:[a-z0-9_-]{1,40}:)?(?:fe)?image\b", re.IGNORECASE)


def refused(untrusted_vector: bytes) -> bool:
    """Whether an SVG may not pass whatever is ruled about the rasters in it."""
    scripts = _SCRIPT.finditer(untrusted_vector)
    if any(_REFERENCE.search(one[1]) for one in scripts) or _FOREIGN.search(untrusted_vector):
        return True
    return bool(_ENTITY.search(untrusted_vector) and _DRAWS.search(untrusted_vector))
