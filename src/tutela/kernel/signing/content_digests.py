"""Content-Digest (RFC 9530): the digest of a message's body as a field, so that a signature covers it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from tutela.kernel.signing.structured_fields import Item, parse_dictionary, render_dictionary

#: Algorithms that count; the others of the registry are broken and are passed over (RFC 9530 section 5).
ALGORITHMS: Mapping[str, Callable[[bytes], Any]] = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def content_digest(body: bytes, *algorithms: str) -> str:
    """The field's value for this body; SHA-256 where no algorithm is named."""
    names = algorithms or ("sha-256",)
    return render_dictionary({name: Item(value=ALGORITHMS[name](body).digest()) for name in names})


def check_content_digest(untrusted_field: str, body: bytes) -> None:
    """Return where every digest that counts is that of ``body``, and there is one. Raises ValueError."""
    known = [
        (name, member) for name, member in parse_dictionary(untrusted_field).items() if name in ALGORITHMS
    ]
    if not known:
        raise ValueError("Content-Digest has no SHA-256 and no SHA-512")
    for name, member in known:
        value = member.value if isinstance(member, Item) else None
        if not isinstance(value, bytes) or not hmac.compare_digest(value, ALGORITHMS[name](body).digest()):
            raise ValueError(f"the {name} digest is not that of the body")
